"""The invented stores: pure functions from a store's name and a row's place to the row, so that rows are made when they are asked for."""
