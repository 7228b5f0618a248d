# Tests alone know the keys: the program keeps whatever it is given.
