"""The tablet as an app: what a browser needs to install it, and to open it when the network is gone."""
