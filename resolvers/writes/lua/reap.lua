-- Take back what workers left behind that are gone. ARGV: now. -> when to look again.
reap()
return next_due()
