-- Which of some threads that the set names have no state.
-- KEYS[2]: the set of thread ids. KEYS[3..]: hashes. ARGV[3..]: their thread ids.

local refused = refusal() or incomplete(KEYS[2])
if refused then return refused end

local lost = {}
for k = 3, #KEYS do
  if redis.call("HEXISTS", KEYS[k], "r") == 0 then lost[#lost + 1] = ARGV[k] end
end
return { "ok", lost }
