package say_test

import (
	"regexp"
	"strings"
	"testing"

	"coffer/ui/say"
)

// A dispute's words give no phone number, promise no money, and never say that it is over.
func TestADisputesWordsPromiseNothing(t *testing.T) {
	never := regexp.MustCompile(`(?i)too late|lost your right|you have no right|will (be )?(refund|paid|pay)|guaranteed|\+?\d[\d ()-]{5,}\d`)
	checked := 0
	for key, text := range say.Phrases() {
		switch prefix, _, _ := strings.Cut(key, "."); prefix {
		case "due", "counted", "share", "step", "how", "evidence", "decision", "stage", "pack", "instrument":
			checked++
			if word := never.FindString(text); word != "" {
				t.Errorf("%s: %q does not belong in %q", key, word, text)
			}
		}
	}
	if checked < 100 {
		t.Errorf("%d sentences were looked at", checked)
	}
}

func TestWhatIsNotSureIsAskedOfTheBank(t *testing.T) {
	v := english(t)
	if got := v.Counted("uk-13-months", false); !strings.HasSuffix(got, "Check with your bank") {
		t.Error(got)
	}
	if got := v.Counted("us-credit-letter", true); strings.Contains(got, "Check with") {
		t.Error(got)
	}
}

// Where a step differs by pack or law, the words do.
func TestStepsDifferWhereTheyMust(t *testing.T) {
	v := english(t)
	if v.Step("ask", "tricked") == v.Step("ask", "unauthorised") || v.How("report", "us") == v.How("report", "") || v.How("watch", "us") != v.How("watch", "") {
		t.Error("a step says the same, or not the same")
	}
}
