package main

import (
	"cmp"
	"fmt"
	"slices"
)

// mark is one row as the scorer sees it.
type mark struct {
	score    float64
	fraud    bool
	flagged  bool
	customer int
	at       int64
	tenure   float64 // days
	joined   bool    // to a case that is open
	out      bool    // a fraud that is left out: neither hit nor false alarm
}

// figures are what the published scorer prints, of the things that matter here.
type figures struct {
	customers             int
	months                float64
	frauds, episodes      int
	auc, precision        float64
	at                    map[float64]atBudget // by false alerts a customer-month
	early                 float64              // recall in the first 30 days, at one alert a customer-month
	flagFalse, flagRecall float64
	flagEpisodes, flagNew float64 // of flagNew: false alerts a customer-month outside of open cases
}

type atBudget struct{ threshold, recall, episodes float64 }

const month = 30.44

var budgets = []float64{0.05, 0.1, 0.25, 0.5, 1}

// measure works the figures out. Months are of the customers' own spans.
func measure(marks []mark) figures {
	spans := make(map[int][2]int64)
	for _, m := range marks {
		s, ok := spans[m.customer]
		if !ok {
			s = [2]int64{m.at, m.at}
		}
		spans[m.customer] = [2]int64{min(s[0], m.at), max(s[1], m.at)}
	}
	f := figures{customers: len(spans), at: make(map[float64]atBudget)}
	for _, s := range spans {
		f.months += max(1, float64(s[1]-s[0])/86400) / month
	}
	marks = slices.DeleteFunc(slices.Clone(marks), func(m mark) bool { return m.out })
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(b.score, a.score) })
	for _, m := range marks {
		if m.fraud {
			f.frauds++
		}
	}
	episodes := episodesOf(marks)
	f.episodes = len(episodes)
	f.sweep(marks, episodes)
	f.flagged(marks, episodes)
	return f
}

// sweep goes from the highest score down.
func (f *figures) sweep(marks []mark, episodes [][]mark) {
	hits, wrong := 0, 0
	frauds, rest := float64(max(f.frauds, 1)), float64(max(len(marks)-f.frauds, 1))
	best := make(map[float64]mark)
	one := mark{score: 1e18}
	for i := 0; i < len(marks); {
		end, h, w := i, 0, 0
		for end < len(marks) && marks[end].score == marks[i].score {
			if marks[end].fraud {
				h++
			} else {
				w++
			}
			end++
		}
		f.auc += float64(w) * (float64(hits) + float64(h)/2) / frauds / rest
		hits, wrong = hits+h, wrong+w
		f.precision += float64(h) / frauds * float64(hits) / float64(hits+wrong)
		for _, b := range budgets {
			if float64(wrong) <= b*f.months+1e-9 {
				best[b] = marks[i]
				f.at[b] = atBudget{threshold: marks[i].score, recall: float64(hits) / frauds}
			}
		}
		if float64(hits+wrong) <= f.months+1e-9 {
			one = marks[i]
		}
		i = end
	}
	for _, b := range budgets {
		a := f.at[b]
		a.episodes = caught(episodes, func(m mark) bool { return m.score >= best[b].score })
		f.at[b] = a
	}
	var early, seen float64
	for _, m := range marks {
		if m.fraud && m.tenure < 30 {
			early++
			if m.score >= one.score {
				seen++
			}
		}
	}
	f.early = seen / max(early, 1)
}

func (f *figures) flagged(marks []mark, episodes [][]mark) {
	var hits, wrong, alone float64
	for _, m := range marks {
		switch {
		case m.flagged && m.fraud:
			hits++
		case m.flagged:
			wrong++
			if !m.joined {
				alone++
			}
		}
	}
	f.flagNew, f.flagFalse, f.flagRecall = alone/f.months, wrong/f.months, hits/float64(max(f.frauds, 1))
	f.flagEpisodes = caught(episodes, func(m mark) bool { return m.flagged })
}

// episodesOf groups each customer's frauds with gaps of at most seven days.
func episodesOf(marks []mark) [][]mark {
	var frauds []mark
	for _, m := range marks {
		if m.fraud {
			frauds = append(frauds, m)
		}
	}
	slices.SortStableFunc(frauds, func(a, b mark) int { return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.at, b.at)) })
	var episodes [][]mark
	for i, m := range frauds {
		if i == 0 || m.customer != frauds[i-1].customer || m.at-frauds[i-1].at > 7*86400 {
			episodes = append(episodes, nil)
		}
		episodes[len(episodes)-1] = append(episodes[len(episodes)-1], m)
	}
	return episodes
}

func caught(episodes [][]mark, is func(mark) bool) float64 {
	n := 0.0
	for _, e := range episodes {
		if slices.ContainsFunc(e, is) {
			n++
		}
	}
	return n / float64(max(len(episodes), 1))
}

// lines tells the figures.
func (f *figures) lines(name string) []string {
	out := []string{
		fmt.Sprintf("%s: %d customers, %.0f customer-months, %d frauds in %d episodes", name, f.customers, f.months, f.frauds, f.episodes),
		fmt.Sprintf("  ROC AUC %.4f, average precision %.4f; first 30 days: recall %.3f at one alert a customer-month", f.auc, f.precision, f.early),
	}
	for _, b := range budgets {
		a := f.at[b]
		out = append(out, fmt.Sprintf("  at %.2f false alerts a customer-month: threshold %.3f, recall %.3f, episodes %.3f", b, a.threshold, a.recall, a.episodes))
	}
	return append(out, fmt.Sprintf("  shipped threshold: %.3f false alerts a customer-month, recall %.3f, episodes %.3f", f.flagFalse, f.flagRecall, f.flagEpisodes))
}
