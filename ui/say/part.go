package say

// partPhrases say what an alert's score is made of. "usual" and "this" are the person's own and the row's.
var partPhrases = []phrase{
	{"part-amount", "{{size .this}}{{if ne .times \"0\"}}; your usual charge is {{size .usual}} ({{times .times}}){{end}}"},
	{"part-amount-here", "{{size .this}} here{{if ne .times \"0\"}}; your usual here is {{size .usual}} ({{times .times}}){{end}}"},
	{"part-amount-kind", "{{size .this}} for this kind of thing{{if ne .times \"0\"}}; your usual is {{size .usual}} ({{times .times}}){{end}}"},
	{"part-hour", "{{.clock}}: {{.usual}} of your {{.times}} charges were near that hour"},
	{"part-rush", "{{.this}} charges in 24 hours; you usually make {{.usual}} a day"},
	{"part-spent", "{{size .this}} in 24 hours; you usually spend {{size .usual}} a day"},
	{"part-heat", "{{if eq .this \"0\"}}Seen together with the charges of the days before{{else}}Unusual charges in the 14 days before: {{.this}}{{end}}"},
	{"part-case", "Charges of the days before that you said were not yours: {{.this}}"},
	{"part-merchant", "{{if eq .times \"0\"}}You never paid there before{{else}}You paid there {{times .times}}{{end}}"},
	{"part-kind", "{{if eq .times \"0\"}}You never bought this kind of thing before{{else}}You bought this kind of thing {{times .times}}{{end}}"},
	{"part-country", "{{if eq .times \"0\"}}You never paid in that country before{{else}}You paid in that country {{times .times}}{{end}}"},
	{"part-channel", "{{if eq .times \"0\"}}You never paid that way before{{else}}You paid that way {{times .times}}{{end}}"},
	{"part-repeat", "{{.this}} charges there in 24 hours"},
	{"part-history", "Little is known of you yet: {{.this}} charges"},
}
