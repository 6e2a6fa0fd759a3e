"""The live gateway: the protocol of `/live`, the hub that feeds it and the endpoint that serves it."""
