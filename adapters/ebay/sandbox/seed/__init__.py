"""The invented stores: everything in them is computed from a store's name, its profile and a row's number."""
