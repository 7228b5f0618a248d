# Nothing says that these are the stacks of the other package.
def create_app(stack_id, name):
    return request("CreateApp", stack_id, name)


def delete_stack(stack_id):
    return request("DeleteStack", stack_id, "")


def request(action, target, name):
    return send(action, target, name)
