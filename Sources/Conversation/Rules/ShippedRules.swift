let shippedRules: [AskRule] = []
