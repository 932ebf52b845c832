package say

// alertPhrases are the sentences of the detectors: why, and what would have made it normal.
var alertPhrases = []phrase{
	{"duplicate-charge", "{{size .amount}} at {{.merchant}} twice{{if eq .days \"0\"}} on the same day{{else if eq .days \"1\"}} within a day{{else}} within {{days .days}}{{end}}"},
	{"unusual-amount", "{{size .amount}} at {{.merchant}}; your usual there is {{size .usual}} ({{times .times}})"},

	{"normal-repeats", "{{.merchant}} charging you the same amount twice in {{.percent}} of 100 visits or more"},
	{"normal-refund", "A refund of {{size .amount}} from {{.merchant}}"},
	{"normal-apart", "More than {{days .days}} between the two"},
	{"normal-up-to", "An amount up to {{size .amount}} at {{.merchant}}"},
	{"normal-recurring", "{{.merchant}} charging this regularly"},
	{"normal-confirmed", "You having called a charge of {{size .amount}} or more at {{.merchant}} yours in the last {{days .days}}"},
}

var labelPhrases = []phrase{
	{"this-charge", "This charge"}, {"earlier-charge", "The earlier charge"}, {"usual-here", "Your usual charge here"},
	{"highest-here", "Your highest here before"}, {"usual-charge", "Your usual charge anywhere"}, {"times-here", "Charges here in a year"},
	{"repeats-here", "Of these, the same amount twice"}, {"days-between", "Days between the two"},
}

// Label says what a compared number is.
func (v *Voice) Label(id string) string { return v.pick("label.", id, labelPhrases) }

var detectorPhrases = []phrase{
	{"duplicate-charge", "Same amount twice"}, {"unusual-amount", "Large for this payee"},
}

// Detector says a kind of alert in two or three words.
func (v *Voice) Detector(id string) string { return v.pick("detector.", id, detectorPhrases) }
