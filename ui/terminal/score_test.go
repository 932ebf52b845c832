package terminal_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/ui/terminal"
)

type scoredRow struct {
	ID      string
	Score   *float64
	Flagged bool
	Reasons []struct {
		Code, Text string
		Weight     float64
	}
}

const sheetHeader = "id,customer,account,time,amount,currency,merchant,category,city,country,lat,lon,channel,is_fraud,scenario"

// sheetOf is rows of one person: small ones by day, and three that are dear, at night, at the end.
func sheetOf(customer string) []string {
	at := time.Date(2025, 2, 1, 12, 0, 0, 0, time.UTC)
	var rows []string
	row := func(i int, at time.Time, cents int, shop string, theirs int) {
		rows = append(rows, fmt.Sprintf("%s-%d,%s,%s-0,%s,%d.%02d,EUR,%s,,,,,,,%d,", customer, i, customer, customer, at.Format("2006-01-02T15:04:05"),
			cents/100, cents%100, shop, theirs))
	}
	for i := range 120 {
		row(i, at.Add(time.Duration(i*20)*time.Hour), 1500+i*53%3000, []string{"Bakery", "Fresh Corner", "Pump"}[i%3], 0)
	}
	for i := range 3 {
		row(120+i, at.Add(time.Duration(2390+i)*time.Hour), 60000+i*9000, "Electro Nord", 1)
	}
	return rows
}

func scoreSheet(t *testing.T, rows []string, args ...string) (map[string]scoredRow, spoken) {
	t.Helper()
	r := &rig{dir: t.TempDir()}
	path := filepath.Join(r.dir, "rows.csv")
	if err := os.WriteFile(path, []byte(sheetHeader+"\n"+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := r.runBare(t.Context(), append([]string{"alerts", "score", "--csv", path}, args...)...)
	scored := make(map[string]scoredRow)
	for lines := bufio.NewScanner(strings.NewReader(ran.out)); lines.Scan(); {
		var row scoredRow
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil || row.Score == nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		scored[row.ID] = row
	}
	return scored, ran
}

func TestScoresOfAFile(t *testing.T) {
	rows := append(sheetOf("A"), sheetOf("B\\é")...)
	scored, ran := scoreSheet(t, rows)
	if ran.code != 0 || len(scored) != len(rows) || ran.err != "" {
		t.Fatalf("%d of %d rows, code %d: %s", len(scored), len(rows), ran.code, ran.err)
	}
	dear := scored["A-120"]
	if !dear.Flagged || len(dear.Reasons) == 0 || !strings.Contains(dear.Reasons[0].Text, "€600.00") {
		t.Errorf("a charge 20 times the usual: %+v", dear)
	}
	flagged := 0
	for id, row := range scored {
		if row.Flagged {
			flagged++
		}
		for _, reason := range row.Reasons {
			if reason.Text == "" || reason.Code == "" {
				t.Errorf("%s: %+v", id, reason)
			}
		}
	}
	if flagged > 8 {
		t.Errorf("%d rows are flagged", flagged)
	}
}

// Labels are not read, rows of others change nothing, and later rows change nothing earlier.
func TestAScoreIsOfTheOwnEarlierRowsAlone(t *testing.T) {
	rows := sheetOf("A")
	whole, _ := scoreSheet(t, rows)
	unlabelled := slices.Clone(rows)
	for i := range unlabelled {
		unlabelled[i] = strings.Replace(unlabelled[i], ",1,", ",0,", 1)
	}
	others, _ := scoreSheet(t, append(slices.Clone(unlabelled[:110]), sheetOf("B")...))
	for id, row := range others {
		if strings.HasPrefix(id, "A-") && *row.Score != *whole[id].Score {
			t.Errorf("%s: %v, with later rows, labels and without others %v", id, *row.Score, *whole[id].Score)
		}
	}
}

func TestAnswersComeFromLabelsOnlyWhenAsked(t *testing.T) {
	rows := sheetOf("A")
	for i := range rows { // the person says that it was them
		rows[i] = strings.TrimSuffix(rows[i], ",1,") + map[bool]string{true: ",0,"}[strings.HasSuffix(rows[i], ",1,")]
	}
	silent, _ := scoreSheet(t, rows)
	heard, ran := scoreSheet(t, rows, "--feedback")
	if ran.code != 0 || !silent["A-120"].Flagged || !heard["A-120"].Flagged {
		t.Fatalf("the first dear charge is not flagged: %+v (%s)", heard["A-120"], ran.err)
	}
	if heard["A-121"].Flagged || heard["A-122"].Flagged {
		t.Errorf("after a yes the same shop is asked about again: %+v", heard["A-121"])
	}
}

func TestAFileThatCannotBeScoredIsRefused(t *testing.T) {
	rows := sheetOf("A")
	slices.Reverse(rows)
	if _, ran := scoreSheet(t, rows); ran.code != terminal.ExitFile || !strings.Contains(ran.err, "by time") {
		t.Errorf("rows against time: code %d, %q", ran.code, ran.err)
	}
	if _, ran := scoreSheet(t, []string{"x,A,,2025-01-01,lots,EUR,,,,,,,,,"}); ran.code != terminal.ExitFile || !strings.Contains(ran.err, "line 2") {
		t.Errorf("no amount: code %d, %q", ran.code, ran.err)
	}
	r := &rig{dir: t.TempDir()}
	if ran := r.runBare(t.Context(), "alerts", "score", "--csv", r.dir); ran.code != terminal.ExitFile {
		t.Errorf("a folder: code %d, %q", ran.code, ran.err)
	}
	if ran := r.runBare(t.Context(), "alerts", "score"); ran.code != terminal.ExitUsage {
		t.Errorf("no file: code %d, %q", ran.code, ran.err)
	}
}
