package overview

import "coffer/ui/part"

// care says what the vault itself wants of the person.
func (s *Screen) care() []part.LookSpec {
	v, want := s.voice, s.data.Care
	var specs []part.LookSpec
	if want.Older {
		specs = append(specs, part.LookSpec{
			Icon: "warning", Tone: part.Grave, Strong: true, Title: v.T("care.older", "This vault is older than the one last open here"),
			Line: v.T("care.older-line", "If you put a copy back, all is well. If not, somebody else did: restore your newest backup."),
			Act:  v.T("care.older-act", "I put it back"), OnAct: s.known,
		})
	}
	if want.BackedUp != nil {
		specs = append(specs, s.withSettings(part.LookSpec{
			Icon: "warning", Tone: part.Attention, Strong: true, Title: v.T("care.backup", "No backup was made today"), Line: v.Fault(want.BackedUp),
		}))
	}
	if want.Unkeyed != nil {
		specs = append(specs, part.LookSpec{
			Icon: "key", Tone: part.Attention, Strong: true, Title: v.T("care.unkeyed", "A shredding has no new key yet. It is tried again at each opening"), Line: v.Fault(want.Unkeyed),
			Act: v.T("care.unkeyed-act", "See the receipts"), OnAct: s.do.Banks,
		})
	}
	if want.RekeyDue {
		specs = append(specs, s.withSettings(part.LookSpec{
			Icon: "key", Tone: part.Attention, Title: v.T("care.rekey", "The vault is due for a new key"),
			Line: v.T("care.rekey-line", "It has sealed very much under this one. Nothing is wrong yet."),
		}))
	}
	return specs
}

func (s *Screen) withSettings(spec part.LookSpec) part.LookSpec {
	if s.do.Settings != nil {
		spec.Act, spec.OnAct = s.voice.T("care.settings", "Open settings"), s.do.Settings
	}
	return spec
}

// known takes the line away; the vault as it is counts as the newest from now on.
func (s *Screen) known() {
	s.do.Known(func(error) {
		if s.ctx.Err() == nil {
			s.view.Refresh(s.ctx)
		}
	})
}
