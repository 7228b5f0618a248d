# It hands on its arguments: to its caller those have names.
def storage_at(account: str, position: int, block: str = "latest"):
    if account.startswith("0x"):
        account = account[2:]
    return (account, position, block)
