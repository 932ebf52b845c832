package say

var instrumentPhrases = []phrase{
	{"credit-card", "credit card"}, {"debit-card", "debit card"}, {"cash-machine", "cash machine"}, {"prepaid-card", "prepaid card"},
	{"direct-debit", "direct debit"}, {"transfer", "transfer"}, {"wire", "wire"}, {"cheque", "cheque"},
}

// Instrument says how something was paid, as package dispute names it.
func (v *Voice) Instrument(id string) string { return v.pick("instrument.", id, instrumentPhrases) }

var packPhrases = []phrase{
	{"unauthorised", "No, not me, nor anyone I let"},
	{"tricked", "Yes, but somebody lied to make me"},
	{"went-wrong", "Yes, but it went wrong"},
}

// Pack says the answer to the first question of a dispute.
func (v *Voice) Pack(id string) string { return v.pick("pack.", id, packPhrases) }

var duePhrases = []phrase{
	{"us-lost", "Tell the bank of the loss"}, {"us-notice", "Your notice is at the bank"}, {"us-prepaid", "Your notice is at the bank"}, {"us-writing", "If it asks for writing: yours is there"},
	{"us-credit-letter", "Your letter is at the bank"}, {"us-provisional", "Bank must decide, or credit for now"}, {"us-provisional-new", "Bank must decide, or credit for now"},
	{"us-decide", "Bank must decide"}, {"us-decide-slow", "Bank must decide"}, {"us-ach-return", "Bank’s return must reach the sender’s bank"},
	{"us-acknowledge", "Bank must answer"}, {"us-resolve", "Bank must settle it"},
	{"uk-13-months", "Bank has been told"}, {"uk-credit-13-months", "Bank has been told"}, {"uk-scam-claim", "Your claim is made"},
	{"uk-ombudsman", "The ombudsman has it"}, {"uk-refund", "Bank must refund, or give its reasons"}, {"uk-scam-pay", "Bank must pay, refuse or ask for more"},
	{"uk-scam-decide", "Bank must decide"}, {"uk-complaint", "Bank must answer your complaint"}, {"uk-complaint-most", "Bank must answer it, exceptionally"},
	{"uk-complaint-other", "Bank must answer your complaint"},
	{"eu-13-months", "Bank has been told"}, {"eu-debit-8-weeks", "Debit taken back, no questions asked"}, {"eu-refund", "Bank must refund, or give its reasons"},
	{"eu-debit-answer", "Bank must refund, or give its reasons"},
	{"ca-debit-90", "Bank has your claim"}, {"ca-debit-card", "Bank must answer"}, {"ca-complaint", "Bank must answer your complaint"},
	{"au-complaint", "Bank must answer your complaint"}, {"za-debit-order", "Debit order disputed"},
	{"br-pix", "Disputed in the bank’s app"}, {"br-analysis", "Banks must have looked at it"}, {"br-return", "What is left must be back"},
	{"visa", "Visa’s time between banks"}, {"mastercard", "Mastercard’s time between banks"},
}

// Due says what is to have happened by the end of a dispute's clock, by the id of its rule.
func (v *Voice) Due(rule string) string { return v.pick("due.", rule, duePhrases) }

var forPhrases = []phrase{
	{"us-lost", "to tell the bank of the loss"}, {"us-notice", "for your notice to arrive"}, {"us-credit-letter", "for your letter to arrive"}, {"us-prepaid", "for your notice to arrive"},
	{"uk-13-months", "to tell the bank"}, {"uk-credit-13-months", "to tell the bank"}, {"uk-scam-claim", "to make your claim"},
	{"eu-13-months", "to tell the bank"}, {"eu-debit-8-weeks", "to take the debit back without a reason"}, {"ca-debit-90", "to make your claim"},
	{"za-debit-order", "to dispute the debit order"}, {"br-pix", "to dispute it in the bank’s app"},
}

// For says what the time of the person's own clock is for.
func (v *Voice) For(rule string) string { return v.pick("for.", rule, forPhrases) }

var countedPhrases = []phrase{
	{"us-lost", "2 business days after you learnt of it. Saturdays count at some banks, so they count here"},
	{"us-notice", "60 days after the statement that shows it was sent; it must be there by then, so post it 10 days before"},
	{"us-prepaid", "60 days after you could first see it, at the earliest the day of the charge"},
	{"us-writing", "10 business days after you told it; without your writing it need not credit you for now"},
	{"us-credit-letter", "60 days after the statement that shows it was sent; it must be there by then, so post it 10 days before"},
	{"us-provisional", "10 business days after it was told"}, {"us-provisional-new", "20 business days after it was told: the account is new"},
	{"us-decide", "45 days after it was told"}, {"us-decide-slow", "90 days after it was told: a shop’s till, another country or a new account"},
	{"us-ach-return", "first banking day after 60 days from the debit; tell your bank well before"},
	{"us-acknowledge", "30 days after your letter"}, {"us-resolve", "two whole billing cycles after your letter, 90 days at most"},
	{"uk-13-months", "13 months after the debit, and without delay once you know"},
	{"uk-credit-13-months", "no limit is written for credit cards; 13 months is the outer one to use"},
	{"uk-scam-claim", "13 months after the last payment"}, {"uk-ombudsman", "6 months after the bank’s final answer"},
	{"uk-refund", "end of the next business day after it was told"}, {"uk-scam-pay", "5 business days after your claim"},
	{"uk-scam-decide", "35 business days after your claim, where it asked for more"},
	{"uk-complaint", "15 business days after your complaint"}, {"uk-complaint-most", "35 business days after your complaint"},
	{"uk-complaint-other", "8 weeks after your complaint"},
	{"eu-13-months", "13 months after the debit, and without delay once you know"}, {"eu-debit-8-weeks", "8 weeks after the debit"},
	{"eu-refund", "end of the next business day after it was told; national holidays may add one"},
	{"eu-debit-answer", "10 business days after you asked; national holidays may add some"},
	{"ca-debit-90", "90 days after the debit"}, {"ca-debit-card", "10 business days after it was told"}, {"ca-complaint", "56 days after your complaint"},
	{"au-complaint", "30 days after your complaint; to tell the bank there is no fixed limit, so tell it now"},
	{"za-debit-order", "60 days after the debit"}, {"br-pix", "80 days after the Pix"}, {"br-analysis", "7 days after you disputed it"},
	{"br-return", "11 days after you disputed it"},
	{"visa", "120 days; a rule between banks, by which you hold no right"}, {"mastercard", "90 days, where sources say 90 or 120; a rule between banks, by which you hold no right"},
}

// Counted says how a dispute's clock is counted. What is not sure enough is to be asked of the bank.
func (v *Voice) Counted(rule string, sure bool) string {
	return v.unsure(v.pick("counted.", rule, countedPhrases), sure)
}

func (v *Voice) unsure(text string, sure bool) string {
	if sure {
		return text
	}
	return v.T("dispute.check", "{{.Text}}. Check with your bank", "Text", text)
}

var sharePhrases = []phrase{
	{"us-credit", "By US law you bear at most $50 of a credit card’s use by others, and nothing of what comes after you told the bank"},
	{"us-lost", "By US law you bear at most $50 if you tell the bank within 2 business days, at most $500 after. For what is taken later than 60 days after the statement there is no such cap"},
	{"us-number", "By US law you bear nothing where no card or code was lost and you tell the bank in time"},
	{"uk-payment", "By UK law you bear at most £35, and nothing where you could not notice, after you told the bank, or for distance contracts; all of it where you deceived the bank or were grossly negligent"},
	{"uk-credit", "By UK law you bear at most £35 while the card is out of your hands, and nothing after you told the bank"},
	{"uk-direct-debit", "The Direct Debit Guarantee has no time limit: ask your bank for it by that name"},
	{"uk-scam", "Rules for UK scams: usually up to £85,000, less up to £100; not for cards, cash or payments abroad"},
	{"uk-section-75", "Section 75: the card’s lender may answer as the seller does, for an item over £100 and up to £30,000, as a rule for 6 years"},
	{"eu-payment", "By EU law you bear at most €50, and nothing where you could not notice; all of it where you deceived the bank or were grossly negligent"},
	{"ca-credit", "By Canadian law you bear at most $50 of a credit card’s use by others"},
	{"ca-debit", "By the Debit Card Code you bear nothing of what was beyond your control"},
	{"au-any", "By the ePayments Code you bear nothing where you did not contribute, and $150 in some unclear cases with a PIN"},
	{"nz-any", "By the Code of Banking Practice you may bear it where you were dishonest, negligent or careless"},
	{"br-pix", "The MED gives back what is left at the other bank, and no more"},
}

// Share says what the law may leave to the person.
func (v *Voice) Share(id string, sure bool) string {
	return v.unsure(v.pick("share.", id, sharePhrases), sure)
}

var stepPhrases = []phrase{
	{"said", "You said it wasn’t yours"}, {"said.tricked", "You said that you were tricked"}, {"said.went-wrong", "You said that it went wrong"},
	{"freeze", "Freeze the card"}, {"seller", "Ask the seller first"}, {"call", "Call your bank"},
	{"ask", "Ask them to block it and to open a dispute"}, {"ask.tricked", "Ask them to call the money back and to open a claim"},
	{"ask.went-wrong", "Ask them to open a dispute"},
	{"secure", "Make your online banking safe"}, {"write", "Send the letter and the evidence"}, {"mandate", "Revoke the mandate with the company, too"},
	{"report", "Report it"}, {"watch", "Watch for the money"},
}

// Step says a step of a dispute, for one of its packs.
func (v *Voice) Step(step, pack string) string { return v.among("step.", step, pack, stepPhrases) }

var howPhrases = []phrase{
	{"said", "Undo until you have called."},
	{"freeze", "In the bank’s own app, opened from your home screen, never by a link in a message."},
	{"seller", "Write to them, set them a day, and keep what they answer. If the bank’s time is short, don’t wait for it."},
	{"call", "Take the number from the back of the card or from a statement, never from a text, e-mail, pop-up or caller."},
	{"ask", "Say “I did not authorise this” of each one. Ask for a new number, the name of who you speak to, and when you hear from them. Write down the reference that they give you."},
	{"ask.tricked", "Tell them what you were told and when you paid. Ask what they do today to stop the money. Write down the reference that they give you."},
	{"ask.went-wrong", "Say what you bought, what came and what the seller said. Write down the reference that they give you."},
	{"secure", "From a device that you trust: a new password, other sessions ended, and a look at payees, mandates, phone number and e-mail."},
	{"write", "The same day, and keep a copy."},
	{"write.us-credit", "To the bank’s address for billing errors: here the letter counts, not the call. Post it tracked, well before the day above."},
	{"mandate", "Write to the company that you end it, and sign the form of your bank if it asks for one."},
	{"report", "To the police, where there was theft, robbery or a stolen identity, or where the bank asks for it."},
	{"report.us", "IdentityTheft.gov for a stolen identity, ReportFraud.ftc.gov for the rest. A bank may not make you go to the police first."},
	{"report.uk", "At reportfraud.police.uk; in Scotland, to the police."},
	{"report.ca", "The police, and the centre of Canada that takes such reports, the CAFC."},
	{"report.au", "ReportCyber, and Scamwatch."},
	{"report.za", "The police, and the SAFPS."},
	{"report.br", "A boletim de ocorrência, at the police."},
	{"watch", "Coffer looks for it in this account each time it reads the bank."},
}

// How says how a step is done, for the pack, the law or the instrument of a dispute where that differs.
func (v *Voice) How(step, variant string) string { return v.among("how.", step, variant, howPhrases) }

// among picks the phrase of id in a variant, or of id alone.
func (v *Voice) among(prefix, id, variant string, all []phrase) string {
	for _, p := range all {
		if p.id == id+"."+variant {
			return v.pick(prefix, p.id, all)
		}
	}
	return v.pick(prefix, id, all)
}

var evidencePhrases = []phrase{
	{"statement", "The page of the statement with the line marked, and the day on which it was sent"},
	{"screenshots", "Screenshots with day, amount, the merchant’s text and the reference"},
	{"noticed", "When and how you noticed"}, {"card", "Where you and the card were"}, {"elsewhere", "What shows that you were elsewhere"},
	{"messages", "Messages, and the list of calls"}, {"device", "Notices of a new device or SIM card"}, {"payee", "The name and number that you were told to pay to"},
	{"order", "The order, the offer and what was promised"}, {"seller", "What you wrote to the seller and what they answered"},
	{"mandate", "The mandate, and your letter that ends it"}, {"replies", "What the bank answered"}, {"reports", "Numbers of reports to the police or others"},
}

// Evidence says what to keep as evidence of a dispute.
func (v *Voice) Evidence(id string) string { return v.pick("evidence.", id, evidencePhrases) }

// NeverSend says what belongs into no evidence.
func (v *Voice) NeverSend() string {
	return v.T("dispute.never", "Never save or send a PIN, a whole card number, the code on its back, a password or a one-time code.")
}

// NoAdvice says what a dispute pack is not.
func (v *Voice) NoAdvice() string {
	return v.T("dispute.no-advice", "This is help with words and dates, not legal advice.")
}

var outcomePhrases = []phrase{{"paid", "paid in full"}, {"in-part", "paid in part"}, {"refused", "refused"}}

// Outcome says what the bank decided.
func (v *Voice) Outcome(id string) string { return v.pick("decision.", id, outcomePhrases) }

var stagePhrases = []phrase{
	{"open", "not reported yet"}, {"at-bank", "reported"}, {"provisional", "credited for now"}, {"decided", "decided"}, {"closed", "closed"}, {"mine", "yours after all"},
}

// Stage says how far a dispute has come.
func (v *Voice) Stage(id string) string { return v.pick("stage.", id, stagePhrases) }

// Ended is said in place of how much of a person's own time is left when its day has gone by.
func (v *Voice) Ended() string {
	return v.T("dispute.ended", "That day has gone by. Tell your bank today all the same: such limits are longer in some cases.")
}
