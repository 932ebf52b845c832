package consent

import "time"

// Values of Receipt.How.
const (
	// ByCheck: the bank has no call that ends the link, or refuses it for good, so the person ended it
	// there. Checked is that the old tokens no longer work, and nothing else.
	ByCheck = "checked"
	// ByDrop: the tokens were shredded here and nothing was proved.
	ByDrop = "dropped"
)

// Pending is a revocation that the bank has not confirmed.
type Pending struct {
	Reason string    // of the fault, for ui/say
	Until  time.Time // UTC; the access token lives that long, whatever is revoked. Zero: it is not known, or dead
	Alive  bool      // the old tokens were seen to work since reading ended here
	Tries  int       // that the bank answered
	Next   time.Time // UTC; not tried by itself before

	Said []Said `json:",omitempty"` // the bank's word that a grant has ended, by its own consent call
}

// Said is what the bank answered in a try that then failed or was cut off: the next one finds the tokens dead, and
// could no longer ask.
type Said struct {
	Grant string // of which grant of the link; link names them
	Proof Proof
}

const (
	firstAgain  = 15 * time.Minute
	longestWait = 3 * 24 * time.Hour
)

// Begun returns the Pending of a revocation that begins at now: if it is cut off, it is tried again by itself.
func Begun(now time.Time) Pending { return Pending{Next: now.Add(firstAgain)} }

// Tried returns p after another try at now that ended with reason. Where asking again can help, that is
// after 15 minutes, then each hour for a week; where only the person can end it, after an hour, a day, and
// every three days. A token that ends by itself before that is tried just after.
func (p Pending) Tried(now time.Time, reason string, until time.Time, byHand, offline bool) Pending {
	p.Reason, p.Until = reason, until
	if !offline {
		p.Tries++
	}
	wait := time.Hour
	switch {
	case offline || !byHand && p.Tries <= 1:
		wait = firstAgain
	case byHand && p.Tries == 2:
		wait = 24 * time.Hour
	case byHand && p.Tries > 2:
		wait = longestWait
	case p.Tries > 7*24:
		wait = 24 * time.Hour
	}
	p.Next = now.Add(wait)
	if now.Before(until) {
		p.Next = now.Add(min(until.Sub(now)+time.Minute, longestWait))
	}
	return p
}

// Due reports whether l's revocation is to be tried again by itself. A time further ahead than any wait was reckoned
// by a clock that has been put right since; none at all is of a try that an older version was cut off in.
func (l Link) Due(now time.Time) bool {
	return l.State == RevokePending && (!now.Before(l.Pending.Next) || l.Pending.Next.Sub(now) > longestWait)
}
