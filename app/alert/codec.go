package alert

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"coffer/app/alert/model"
)

// stateVersion is of the bytes of a State and of how rows are judged: a state of another version is made anew from the rows.
const stateVersion = 3

// The limits of what a state's bytes may hold.
const (
	mostEpisodes     = 4096
	mostEpisodeBytes = 1 << 20
)

var errState = errors.New("these bytes are no state of the judge of alerts")

// AppendBinary adds the state to b: equal states give equal bytes.
func (s *State) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, stateVersion)
	b = binary.AppendVarint(b, int64(s.next))
	b = append(b, bit(s.begun), bit(s.budget.begun))
	b = binary.AppendVarint(b, int64(s.budget.credit))
	b = binary.AppendVarint(b, int64(s.budget.most))
	b = binary.AppendVarint(b, int64(s.budget.on))
	b = append(b, bit(s.open))
	b = binary.AppendVarint(b, int64(s.stirred))
	episodes, err := json.Marshal(append([]episode{}, s.episodes...)) // none is always written alike
	if err != nil {
		return nil, fmt.Errorf("write the state of the judge of alerts: %w", err)
	}
	b = appendPart(b, episodes)
	profile, err := s.profile.AppendBinary(nil)
	if err != nil {
		return nil, fmt.Errorf("write the state of the judge of alerts: %w", err)
	}
	b = appendPart(b, profile)
	return appendPart(b, s.past.appendBinary(nil)), nil
}

// UnmarshalBinary reads what AppendBinary wrote. After an error the state is that of a person of whom nothing is known.
func (s *State) UnmarshalBinary(b []byte) error {
	*s = *NewState()
	read, err := readState(b)
	if err != nil {
		return fmt.Errorf("read the state of the judge of alerts: %w", err)
	}
	*s = *read
	return nil
}

func readState(b []byte) (*State, error) {
	if len(b) == 0 || b[0] != stateVersion {
		return nil, errState
	}
	r, s := reader{b: b[1:]}, NewState()
	s.next, s.begun = r.day(), r.bit()
	s.budget.begun = r.bit()
	credit, most := r.int(), r.int()
	s.budget.on = r.day()
	s.open, s.stirred = r.bit(), r.day()
	episodes, profile, past := r.part(), r.part(), r.part()
	if r.bad || len(r.b) > 0 || credit < 0 || credit > most || most > mostCredit*rate || len(episodes) > mostEpisodeBytes {
		return nil, errState
	}
	s.budget.credit, s.budget.most = int(credit), int(most)
	if err := json.Unmarshal(episodes, &s.episodes); err != nil {
		return nil, err
	}
	if len(s.episodes) > mostEpisodes {
		return nil, errState
	}
	for _, e := range s.episodes {
		if len(e.Alert.Rows) == 0 || len(e.Alert.Rows) > mostJoined || e.Alert.Detector != Unusual {
			return nil, errState
		}
	}
	s.profile = new(model.Profile)
	if err := s.profile.UnmarshalBinary(profile); err != nil {
		return nil, err
	}
	return s, s.past.unmarshal(past)
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func appendPart(b, part []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(part))), part...)
}

func (r *reader) bit() bool {
	n := r.uint()
	if n > 1 {
		r.fail()
	}
	return n == 1
}

func (r *reader) part() []byte { return r.bytes(r.many(len(r.b), 1)) }
