-- Say when there is something to do. ARGV: now. -> milliseconds, -1 = nothing.
return next_due()
