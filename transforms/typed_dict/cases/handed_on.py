class Contract:
    def call(self, transaction=None):
        return self._run(transaction)

    def estimate(self, transaction=None):
        return 2 * self._run(transaction)

    def _run(self, transaction=None):
        if transaction is None:
            transaction = {"sender": "contract", "gas": 21000}
        return send(transaction)


def send(transaction):
    print(transaction["sender"], transaction.get("note", ""))
    return transaction["gas"]
