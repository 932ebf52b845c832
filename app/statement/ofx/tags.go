package ofx

import "strings"

// tag is what an element name means to us. The zero tag is a name that we do not know.
type tag uint8

const (
	unknown tag = iota
	leaf        // holds text that is kept with the row as it came, or is of no use
	wrapper     // holds elements, and means nothing by itself

	root
	signon
	status
	institution
	response // *TRNRS
	bankStatement
	cardStatement
	investStatement
	loanStatement
	account
	period // BANKTRANLIST, INVTRANLIST
	pendingList
	booked
	available
	row
	pendingRow
	trade
	positions
	position
	cash // INVBAL
	payee
	counterpart
	currency
	original

	// Leaves.
	accountBank
	accountBranch
	accountNumber
	accountType
	amountOf // BALAMT
	asOf
	start
	end
	defaultCurrency
	statusCode
	severity
	organization
	rowType
	posted
	made // DTUSER; of a pending row DTTRAN
	amount
	sourceID
	name
	extended
	memo
	industry
	correctedID
	correction
	rate
	symbol
	total
	marketValue
	cashHeld
	marginHeld
)

// entry is a name's tag. rank says how far outside an aggregate stands: one that opens ends those
// of its own rank and deeper that were left open. Leaves have rank 0.
type entry struct {
	tag  tag
	rank uint8
}

var names = map[string]entry{
	"OFX":                {root, 1},
	"SIGNONMSGSRSV1":     {wrapper, 2},
	"BANKMSGSRSV1":       {wrapper, 2},
	"CREDITCARDMSGSRSV1": {wrapper, 2},
	"INVSTMTMSGSRSV1":    {wrapper, 2},
	"LOANMSGSRSV1":       {wrapper, 2},
	"SECLISTMSGSRSV1":    {wrapper, 2},
	"SIGNUPMSGSRSV1":     {wrapper, 2},
	"SONRS":              {signon, 3},
	"STMTTRNRS":          {response, 3},
	"CCSTMTTRNRS":        {response, 3},
	"INVSTMTTRNRS":       {response, 3},
	"LOANSTMTTRNRS":      {response, 3},
	"ACCTINFOTRNRS":      {wrapper, 3},
	"STATUS":             {status, 4},
	"FI":                 {institution, 4},
	"STMTRS":             {bankStatement, 4},
	"CCSTMTRS":           {cardStatement, 4},
	"INVSTMTRS":          {investStatement, 4},
	"LOANSTMTRS":         {loanStatement, 4},
	"ACCTINFORS":         {wrapper, 4},
	"BANKACCTFROM":       {account, 5},
	"CCACCTFROM":         {account, 5},
	"INVACCTFROM":        {account, 5},
	"LOANACCTFROM":       {account, 5},
	"BANKTRANLIST":       {period, 5},
	"INVTRANLIST":        {period, 5},
	"BANKTRANLISTP":      {pendingList, 5},
	"LEDGERBAL":          {booked, 5},
	"AVAILBAL":           {available, 5},
	"INVPOSLIST":         {positions, 5},
	"INVBAL":             {cash, 5},
	"INVBANKTRAN":        {wrapper, 6},
	"BALLIST":            {wrapper, 6},
	"STMTTRN":            {row, 7},
	"STMTTRNP":           {pendingRow, 7},
	"INVPOS":             {position, 7},
	"BAL":                {wrapper, 7},
	"INVBUY":             {wrapper, 7},
	"INVSELL":            {wrapper, 7},
	"INVTRAN":            {wrapper, 8},
	"SECID":              {wrapper, 8},
	"PAYEE":              {payee, 8},
	"BANKACCTTO":         {counterpart, 8},
	"CCACCTTO":           {counterpart, 8},
	"IMAGEDATA":          {wrapper, 8},
	"CURRENCY":           {currency, 8},
	"ORIGCURRENCY":       {original, 8},

	// The movements of an investment account, OFX 2.3 §13.9.2.4.
	"BUYDEBT": {trade, 6}, "BUYMF": {trade, 6}, "BUYOPT": {trade, 6}, "BUYOTHER": {trade, 6},
	"BUYSTOCK": {trade, 6}, "CLOSUREOPT": {trade, 6}, "INCOME": {trade, 6}, "INVEXPENSE": {trade, 6},
	"JRNLFUND": {trade, 6}, "JRNLSEC": {trade, 6}, "MARGININTEREST": {trade, 6}, "REINVEST": {trade, 6},
	"RETOFCAP": {trade, 6}, "SELLDEBT": {trade, 6}, "SELLMF": {trade, 6}, "SELLOPT": {trade, 6},
	"SELLOTHER": {trade, 6}, "SELLSTOCK": {trade, 6}, "SPLIT": {trade, 6}, "TRANSFER": {trade, 6},

	"BANKID": {accountBank, 0}, "BROKERID": {accountBank, 0}, "BRANCHID": {accountBranch, 0},
	"ACCTID": {accountNumber, 0}, "LOANACCTID": {accountNumber, 0}, "ACCTTYPE": {accountType, 0},
	"BALAMT": {amountOf, 0}, "DTASOF": {asOf, 0}, "DTSTART": {start, 0}, "DTEND": {end, 0},
	"CURDEF": {defaultCurrency, 0}, "CODE": {statusCode, 0}, "SEVERITY": {severity, 0}, "ORG": {organization, 0},
	"TRNTYPE": {rowType, 0}, "DTPOSTED": {posted, 0}, "DTTRADE": {posted, 0}, "DTUSER": {made, 0}, "DTTRAN": {made, 0},
	"TRNAMT": {amount, 0}, "FITID": {sourceID, 0}, "NAME": {name, 0}, "EXTDNAME": {extended, 0},
	"MEMO": {memo, 0}, "SIC": {industry, 0}, "CORRECTFITID": {correctedID, 0},
	"CORRECTACTION": {correction, 0}, "CURRATE": {rate, 0}, "CURSYM": {symbol, 0},
	"TOTAL": {total, 0}, "MKTVAL": {marketValue, 0}, "AVAILCASH": {cashHeld, 0},
	"MARGINBALANCE": {marginHeld, 0}, "SHORTBALANCE": {marginHeld, 0},

	"MESSAGE": {leaf, 0}, "LANGUAGE": {leaf, 0}, "DTSERVER": {leaf, 0}, "DTPROFUP": {leaf, 0},
	"DTACCTUP": {leaf, 0}, "FID": {leaf, 0}, "TRNUID": {leaf, 0}, "CLTCOOKIE": {leaf, 0},
	"ACCTKEY": {leaf, 0}, "MKTGINFO": {leaf, 0}, "DTAVAIL": {leaf, 0}, "CHECKNUM": {leaf, 0},
	"REFNUM": {leaf, 0}, "SRVRTID": {leaf, 0}, "PAYEEID": {leaf, 0}, "DTEXPIRE": {leaf, 0},
	"SUBACCTFUND": {leaf, 0}, "SUBACCTSEC": {leaf, 0}, "ADDR1": {leaf, 0}, "ADDR2": {leaf, 0},
	"ADDR3": {leaf, 0}, "CITY": {leaf, 0}, "STATE": {leaf, 0}, "POSTALCODE": {leaf, 0},
	"COUNTRY": {leaf, 0}, "PHONE": {leaf, 0}, "CATEGORY": {leaf, 0},
}

// lookUp returns the entry of an element name and its spelling in capitals. ok is false for
// text in angle brackets that can be no element: an unknown word with small letters.
func lookUp(word string) (known entry, spelled string, ok bool) {
	if known, ok := names[word]; ok {
		return known, word, true
	}
	upper := strings.ToUpper(word)
	if upper == word {
		return entry{}, word, true
	}
	known, ok = names[upper]
	return known, upper, ok
}

// recent remembers names that were looked up: a file repeats a dozen of them.
type recent [64]struct {
	word string
	entry
}

// lookUp is lookUp with a memory for words in capitals.
func (r *recent) lookUp(word string) (known entry, spelled string, ok bool) {
	slot := &r[(len(word)*7+int(word[0])*3+int(word[len(word)-1]))%len(r)]
	if slot.word == word {
		return slot.entry, word, true
	}
	known, spelled, ok = lookUp(word)
	if ok && spelled == word {
		slot.word, slot.entry = word, known
	}
	return known, spelled, ok
}
