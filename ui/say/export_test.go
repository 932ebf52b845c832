package say

import "time"

// Phrases returns every sentence whose key is made of a prefix and an id, by key.
func Phrases() map[string]string {
	all := map[string]string{}
	for prefix, lists := range map[string][][]phrase{
		"reason.": {reasonPhrases, alertPhrases, partPhrases, networkPhrases, providerPhrases, keyringPhrases, watchPhrases}, "label.": {labelPhrases}, "detector.": {detectorPhrases},
		"watch-kind.": {watchKindPhrases}, "sensitivity.": {sensitivityPhrases}, "answer.": {answerPhrases}, "score.": {scorePhrases},
		"category.": {categoryPhrases}, "reads.": {readPhrases}, "purpose.": {purposePhrases},
		"use.": {usePhrases}, "gets.": {getsPhrases},
		"need.": {needPhrases}, "way.": {wayPhrases}, "country.": {countryPhrases}, "lack.": {lackPhrases}, "difference.": {differencePhrases},
	} {
		for _, list := range lists {
			for _, p := range list {
				all[prefix+p.id] = p.english
			}
		}
	}
	for m := time.January; m <= time.December; m++ {
		all["month."+m.String()[:3]], all["month.short."+m.String()[:3]] = m.String(), m.String()[:3]
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		all["weekday."+d.String()[:3]], all["weekday.short."+d.String()[:3]] = d.String(), d.String()[:3]
	}
	return all
}
