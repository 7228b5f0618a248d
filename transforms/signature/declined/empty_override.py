# The base declares `bool`, which an empty body does not return.
import cmd


class Shell(cmd.Cmd):
    def emptyline(self):
        pass
