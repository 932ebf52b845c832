package plaid_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// shelf is the account that has rows at banktest's bridge.
var shelf = ledger.Account{BankID: "id-" + banktest.Shelf, Currency: "USD"}

// changes reads account from cursor to its end or the first error.
func changes(ctx context.Context, s bank.Session, account ledger.Account, cursor string) (all []bank.Delta, err error) {
	for d, err := range dialect.Changes(ctx, s, account, cursor) {
		if err != nil {
			return all, err
		}
		all = append(all, d)
	}
	return all, nil
}

// copied is an account as one who follows the feed has it, by id.
type copied map[string]ledger.Row

func (c copied) take(all []bank.Delta) {
	for _, d := range all {
		for _, r := range d.Rows {
			c[r.SourceID] = r
		}
		for _, id := range d.Removed {
			delete(c, id)
		}
	}
}

// differs says how c is not what the bridge has.
func (c copied) differs(rows []banktest.Row) string {
	for _, r := range rows {
		if got, has := c[r.ID]; !has || got.Amount.Minor != r.Cents || got.Pending != r.Pending || got.Names != r.Names || got.Date != r.Day || got.Payee != r.Payee {
			return fmt.Sprintf("%+v is not %+v", got, r)
		}
	}
	if len(c) != len(rows) {
		return fmt.Sprintf("%d rows, not %d", len(c), len(rows))
	}
	return ""
}

func TestWhatChangesIsToldFromTheCursorOn(t *testing.T) {
	c, feed := banktest.NewPlaidFeed(t)
	s, mine := c.Session(t), copied{}
	all, err := changes(t.Context(), s, shelf, "")
	if err != nil || len(all) != 3 || !all[0].More || !all[1].More || all[2].More || all[0].Partial {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	mine.take(all)
	for i, cursor := range []string{"", strings.TrimPrefix(all[0].Next, "sync:"), strings.TrimPrefix(all[1].Next, "sync:")} {
		q := c.Asked()[i]
		if asked := fmt.Sprintf(`"cursor":%q`, cursor); q.URL.Path != "/transactions/sync" || strings.Contains(q.Body, asked) == (cursor == "") ||
			!strings.Contains(q.Body, `"account_id":"id-shelf"`) || !strings.Contains(q.Body, `"count":500`) || !strings.Contains(q.Body, `"include_original_description":true`) || q.Header.Get("Authorization") != "" {
			t.Errorf("call %d asked %s %s", i, q.URL, q.Body)
		}
	}
	cursor := all[2].Next
	if all, err = changes(t.Context(), s, shelf, cursor); err != nil || len(all) != 1 || len(all[0].Rows)+len(all[0].Removed) != 0 || all[0].More {
		t.Errorf("nothing new: %+v, %v", all, err)
	}
	day := ledger.Day(2024, 10, 4)
	feed.Post("r-000", banktest.Row{ID: "posted", Day: day, Cents: -115, Payee: "Shop with tip"})
	feed.Modify(banktest.Row{ID: "r-050", Day: day, Cents: -7, Payee: "Other"})
	all, err = changes(t.Context(), s, shelf, all[0].Next)
	if err != nil || len(all) != 1 || len(all[0].Rows) != 2 || !slices.Equal(all[0].Removed, []string{"r-000"}) || all[0].Rows[0].Names != "r-000" || all[0].Rows[1].SourceID != "r-050" {
		t.Fatalf("%+v, %v", all, err)
	}
	mine.take(all)
	if how := mine.differs(feed.Rows()); how != "" {
		t.Error(how)
	}
	if all, err = changes(t.Context(), s, ledger.Account{BankID: "id-empty", Currency: "USD"}, ""); err != nil || len(all) != 1 || len(all[0].Rows) != 0 {
		t.Errorf("an empty account: %+v, %v", all, err)
	}
}

// TestAFeedThatMovesLosesNothing follows feeds that change in the middle of their pages, as bank.Changer has it: an
// ErrMoved starts again where there was no more.
func TestAFeedThatMovesLosesNothing(t *testing.T) {
	c, _ := banktest.NewPlaidFeed(t)
	s := c.Session(t)
	rapid.Check(t, func(r *rapid.T) {
		server := banktest.AFeed()
		c.Instead(server.Answer)
		mine, cursor, n := copied{}, "", 0
		move := func() {
			rows := server.Rows()
			for range rapid.IntRange(0, 60).Draw(r, "moves") {
				n++
				row := banktest.Row{ID: fmt.Sprintf("x-%d", n), Day: ledger.Day(2024, 10, 4), Cents: -int64(n), Payee: "Shop"}
				switch old := rapid.IntRange(-30, len(rows)-1).Draw(r, "of"); {
				case old < 0:
					row.Pending = n%2 == 0
					server.Add(row)
				case rows[old].Pending:
					server.Post(rows[old].ID, row)
					rows = slices.Delete(rows, old, old+1)
				case n%3 == 0:
					server.Remove(rows[old].ID)
					rows = slices.Delete(rows, old, old+1)
				default:
					row.ID = rows[old].ID
					server.Modify(row)
				}
			}
		}
		for range rapid.IntRange(1, 3).Draw(r, "reads") {
			move()
			for tries := 0; ; tries++ {
				var told []bank.Delta
				var wrong error
				for d, err := range dialect.Changes(t.Context(), s, shelf, cursor) {
					if wrong = err; err != nil {
						break
					}
					if told = append(told, d); d.More && tries == 0 && rapid.Bool().Draw(r, "meanwhile") {
						move()
					}
				}
				if errors.Is(wrong, bank.ErrMoved) && tries == 0 {
					continue
				}
				if wrong != nil {
					r.Fatal(wrong)
				}
				mine.take(told)
				cursor = told[len(told)-1].Next
				break
			}
			if how := mine.differs(server.Rows()); how != "" {
				r.Fatal(how)
			}
		}
	})
}

func TestWhatPlaidHasNotReadYetComesLater(t *testing.T) {
	c, feed := banktest.NewPlaidFeed(t)
	s, mine := c.Session(t), copied{}
	feed.Read(banktest.FeedNotReady, 0)
	all, err := changes(t.Context(), s, shelf, "")
	if f := fault.Of(err); f == nil || f.Kind != fault.BankPaused || f.Reason != "plaid.preparing" || f.Args["until"] != now.Add(2*time.Minute).Format(time.RFC3339) || len(all) != 0 {
		t.Fatalf("not ready: %+v, %v", all, err)
	}
	feed.Read(banktest.FeedRecent, 30)
	all, err = changes(t.Context(), s, shelf, "")
	if err != nil || len(all) != 1 || len(all[0].Rows) != 30 || !all[0].Partial || all[0].More {
		t.Fatalf("the first days: %+v, %v", all, err)
	}
	mine.take(all)
	feed.Read(banktest.FeedWhole, 1000)
	all, err = changes(t.Context(), s, shelf, all[0].Next)
	if err != nil || len(all) != 3 || all[2].Partial {
		t.Fatalf("the rest: %d, %v", len(all), err)
	}
	mine.take(all)
	if how := mine.differs(feed.Rows()); how != "" {
		t.Error(how)
	}
	for body, want := range map[string]fault.Kind{
		`{"added":[],"modified":[],"removed":[],"next_cursor":"","has_more":false,"transactions_update_status":"NOT_READY"}`:                  fault.BankPaused,
		`{"added":[],"modified":[],"removed":[],"next_cursor":null,"has_more":false}`:                                                         fault.BankPaused,
		`{"added":[],"modified":[],"removed":[],"next_cursor":"","has_more":false,"transactions_update_status":"4111"}`:                       fault.BankPaused,
		`{"added":[],"modified":[],"removed":[],"next_cursor":"","has_more":false,"transactions_update_status":"HISTORICAL_UPDATE_COMPLETE"}`: fault.Unknown,
		`{"added":[],"modified":[],"removed":[],"next_cursor":"","has_more":true,"transactions_update_status":"HISTORICAL_UPDATE_COMPLETE"}`:  fault.BankUnexpected,
		`{"added":[],"modified":[],"removed":[{"transaction_id":"1"}],"next_cursor":"","has_more":false}`:                                     fault.Unknown,
	} {
		all, err := changes(t.Context(), banktest.Always(t, 200, body, open).Session(t), usd, "sync:1")
		if fault.KindOf(err) != want || want == fault.Unknown && (len(all) != 1 || all[0].Next != "sync:1") || err != nil && strings.Contains(err.Error(), "4111") {
			t.Errorf("%s: %+v, %v", body, all, err)
		}
	}
	endless := banktest.Always(t, 200, `{"added":[],"modified":[],"removed":[{"transaction_id":"1"}],"next_cursor":"","has_more":true}`, open)
	for _, err := range dialect.Changes(t.Context(), endless.Session(t), usd, "") {
		if fault.KindOf(err) != fault.BankUnexpected {
			t.Fatalf("more, and no cursor to it: %v", err)
		}
	}
}

func TestACursorThatIsOverStartsAgain(t *testing.T) {
	c, feed := banktest.NewPlaidFeed(t)
	s := c.Session(t)
	var err error
	got := 0
	for _, err = range dialect.Changes(t.Context(), s, shelf, "") {
		if got++; got == 1 {
			feed.Add(banktest.Row{ID: "late", Day: ledger.Day(2024, 10, 4), Cents: -1, Payee: "Late"})
		}
	}
	if !errors.Is(err, bank.ErrMoved) || errors.Is(err, bank.ErrCursor) || fault.KindOf(err) != fault.BankDown || got != 2 {
		t.Errorf("moved: %d answers, %v", got, err)
	}
	all, err := changes(t.Context(), s, shelf, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := changes(t.Context(), s, ledger.Account{BankID: "id-empty", Currency: "USD"}, all[3].Next); !errors.Is(err, bank.ErrCursor) {
		t.Errorf("another account's: %v", err)
	}
	before := len(c.Asked())
	for _, cursor := range []string{"key:40/120", "sync:", "0/0/id-shelf", "sync:" + strings.Repeat("x", 2000)} {
		if _, err := changes(t.Context(), s, shelf, cursor); !errors.Is(err, bank.ErrCursor) || len(c.Asked()) != before {
			t.Errorf("%.20q: %v after %d calls", cursor, err, len(c.Asked())-before)
		}
	}
	if _, err := changes(t.Context(), banktest.Always(t, 400, `{"error_code":"INVALID_FIELD"}`, open).Session(t), usd, ""); errors.Is(err, bank.ErrCursor) || fault.KindOf(err) != fault.BankUnexpected {
		t.Errorf("without a cursor: %v", err)
	}
}

func TestAFeedEndsWhereItMust(t *testing.T) {
	c, feed := banktest.NewPlaidFeed(t)
	s := c.Session(t)
	for name, trouble := range map[string]struct {
		is   banktest.Trouble
		kind fault.Kind
		got  int
	}{
		"refused": {banktest.Unauthorized, fault.LoginNeeded, 0}, "too many": {banktest.TooMany, fault.BankPaused, 0}, "down": {banktest.Unavailable, fault.BankDown, 0},
		"cut off": {banktest.CutPage, fault.Offline, 1},
	} {
		c.Fail(trouble.is)
		all, err := changes(t.Context(), s, shelf, "")
		if fault.KindOf(err) != trouble.kind || len(all) != trouble.got {
			t.Errorf("%s: %d answers, %v", name, len(all), err)
		}
		if trouble.is == banktest.CutPage {
			mine := copied{}
			mine.take(all)
			rest, err := changes(t.Context(), s, shelf, all[0].Next)
			if mine.take(rest); err != nil || mine.differs(feed.Rows()) != "" {
				t.Errorf("after the cut: %s, %v", mine.differs(feed.Rows()), err)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := 0
	var err error
	for _, err = range dialect.Changes(ctx, s, shelf, "") {
		got++
		cancel()
	}
	if got != 2 || fault.KindOf(err) != fault.Canceled {
		t.Errorf("cancelled: %d answers, %v", got, err)
	}
	before := len(c.Asked())
	for range dialect.Changes(t.Context(), s, shelf, "") {
		break
	}
	if len(c.Asked())-before != 1 {
		t.Error("asked on after the caller had enough")
	}
	same := banktest.Always(t, 200, `{"added":[],"modified":[],"removed":[{"transaction_id":"1"}],"next_cursor":"1","has_more":true}`, open)
	if all, err := changes(t.Context(), same.Session(t), usd, ""); fault.Of(err) == nil || fault.Of(err).Reason != "bank.loop" || len(all) > 2 {
		t.Errorf("round in circles: %d answers, %v", len(all), err)
	}
}
