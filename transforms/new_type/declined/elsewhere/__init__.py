# Two packages speak of a `stack_id`; of the ids of the one that has no `Stack` no value is in sight.
