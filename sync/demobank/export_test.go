package demobank

import "time"

// Life opens the scripted life to tests, without a server around it.
type Life struct{ l *life }

// Seen is a row as the bank tells it.
type Seen struct {
	ID, Authorization, Payee, Category string
	Booked                             bool
	Cents                              int64
	At, Done                           time.Time // the date it goes by; when the person did it
}

const Everyday, Reserve, Card = 0, 1, 2

func NewLife(seed uint64, born time.Time) Life { return Life{newLife(seed, born)} }

func (l Life) At(on int, now time.Time) []Seen {
	var all []Seen
	for _, s := range l.l.at(holder(on), now) {
		all = append(all, Seen{s.id, s.authID, s.payee, s.category, s.posted, s.cents, s.at, s.row.at()})
	}
	return all
}

func (l Life) Sums(on int, now time.Time) (booked, holds int64) { return l.l.sums(holder(on), now) }

func (l Life) First() time.Time { return l.l.first }

func (l Life) Seal(asOf time.Time, from int, list string) string {
	return l.l.seal(pageKey{asOf, from}, list)
}

func (l Life) Unseal(text, list string) (time.Time, int, bool) {
	k, ok := l.l.unseal(text, list)
	return k.asOf, k.from, ok
}

func ReadRequest(form map[string][]string) bool {
	_, bad := readRequest(form)
	return bad == nil
}

func Loopback(raw string) bool { return loopback(raw) }

func Dollars(cents int64) string { return dollars(cents) }

func AmountJSON(cents int64) string {
	raw, _ := amount(cents).MarshalJSON()
	return string(raw)
}

// OpenProof reports whether text is a proof with a good signature.
func OpenProof(text string) bool {
	_, _, err := openProof(text)
	return err == nil
}
