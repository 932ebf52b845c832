package dispute

// Step is one thing to do: ui/say has words for it.
type Step string

// The steps.
const (
	Said    Step = "said"    // the person said that it isn't theirs; done by that
	Freeze  Step = "freeze"  // the card, in the bank's own app
	Seller  Step = "seller"  // ask who sold it first
	Call    Step = "call"    // the number that the person stored, never one from data
	Ask     Step = "ask"     // for what, and write the reference down
	Secure  Step = "secure"  // what opens the bank's site
	Write   Step = "write"   // the letter and the evidence
	Mandate Step = "mandate" // revoke it with the company, too
	Report  Step = "report"  // to the police or who takes such reports there
	Watch   Step = "watch"   // for the money
)

// Steps returns what is to be done, in this order.
func Steps(f Facts) []Step {
	switch f.Pack {
	case Tricked:
		return []Step{Said, Call, Ask, Secure, Write, Report, Watch}
	case WentWrong:
		return with(f.Instrument == DirectDebit, []Step{Said, Seller, Call, Ask, Write}, Mandate, Watch)
	}
	first := with(f.Instrument == "" || f.Instrument.ByCard(), []Step{Said}, Freeze, Call, Ask, Secure, Write)
	return with(f.Instrument == DirectDebit, first, Mandate, Report, Watch)
}

// with adds rest to steps, without its first where it isn't wanted.
func with(want bool, steps []Step, rest ...Step) []Step {
	if !want {
		rest = rest[1:]
	}
	return append(steps, rest...)
}

// Evidence is one thing to keep: ui/say has words for it.
type Evidence string

// EvidenceOf lists what to save for f. Nobody is asked for a PIN, a whole card number, a password or a code.
func EvidenceOf(f Facts) []Evidence {
	all := []Evidence{"statement", "screenshots"}
	switch f.Pack {
	case WentWrong:
		all = append(all, "order", "seller")
	case Tricked:
		all = append(all, "noticed", "messages", "payee", "device")
	default:
		all = append(all, "noticed", "card", "elsewhere", "messages", "device")
	}
	if f.Instrument == DirectDebit {
		all = append(all, "mandate")
	}
	return append(all, "replies", "reports")
}
