"""The fast makers of what a page has many of: called as the types are, by the names of their fields."""

from schema.address import Address, Contact
from schema.canonical import maker
from schema.orders import Discount, Order, OrderLine, OrderTotals, Parts, ShippingLine, Tax

make_address = maker(Address)
make_contact = maker(Contact)
make_discount = maker(Discount)
make_line = maker(OrderLine)
make_order = maker(Order)
make_parts = maker(Parts)
make_shipping_line = maker(ShippingLine)
make_tax = maker(Tax)
make_totals = maker(OrderTotals)
