package say

import (
	"context"
	"errors"

	"coffer/app/fault"
)

// Fault says in one or two sentences what happened, what is safe and what to do next. It is
// empty for a nil error and for one that the person caused by cancelling.
func (v *Voice) Fault(err error) string {
	if err == nil || errors.Is(err, context.Canceled) {
		return ""
	}
	var stopped interface{ PageStopped() }
	if errors.As(err, &stopped) {
		return v.T("fault.stopped", "This page stopped. The rest goes on. Your data is as it was.")
	}
	f := fault.Of(err)
	if f == nil {
		f = &fault.Fault{Kind: fault.Unknown}
	}
	if f.Reason == ofBackup {
		if sentence := v.backupFault(f.Kind); sentence != "" {
			return sentence
		}
	}
	sentence := v.fault(f.Kind, v.args(f.Args))
	for _, reason := range []string{f.Reason, f.Args["also"]} {
		if because := v.Reason(reason, f.Args); because != "" {
			sentence += " " + because
		}
	}
	return sentence
}

func (v *Voice) args(from map[string]string) []any {
	pairs := make([]any, 0, 2*len(from))
	for name, value := range from {
		switch {
		case name == "until":
			value = v.instant(value)
		case name == "host" && from["origin"] != "": // which tells the port, too
			value = v.Host(from["origin"])
		case name == "need":
			value = v.Need(value)
		}
		pairs = append(pairs, name, value)
	}
	return pairs
}

// fault has a sentence for each kind; a test walks them all.
func (v *Voice) fault(k fault.Kind, with []any) string {
	if s := v.bankFault(k, with); s != "" {
		return s
	}
	if s := v.providerFault(k, with); s != "" {
		return s
	}
	if s := v.vaultFault(k, with); s != "" {
		return s
	}
	switch k {
	case fault.Canceled:
		return ""
	case fault.BadFile:
		return v.T("fault.bad-file", "This file can't be read{{if .line}}: line {{.line}}{{end}}. Nothing was imported, and nothing you have was changed. Ask the bank for the file again, or try another format.", with...)
	case fault.UnknownFormat:
		return v.T("fault.unknown-format", "Coffer doesn't know this kind of file. Nothing was imported. It reads OFX and QFX statements.", with...)
	case fault.BadDispute:
		return v.T("fault.bad-dispute", "That doesn't fit this dispute. Nothing was changed.", with...)
	case fault.NotFound:
		return v.T("fault.not-found", "That isn't there any more. Nothing was changed. Go back and look again.", with...)
	case fault.NoDisplay:
		return v.T("fault.no-display", "There is no display to draw a window on. Use the terminal commands instead: coffer help.", with...)
	}
	return v.T("fault.unknown", "Something went wrong inside Coffer. Your data is as it was. Try again; if it happens again, the log tells more.", with...)
}

func (v *Voice) bankFault(k fault.Kind, with []any) string {
	switch k {
	case fault.Offline:
		return v.T("fault.offline", "The bank didn't answer. What you see is what was read before. Coffer tries again when you refresh.", with...)
	case fault.LoginNeeded:
		return v.T("fault.login-needed", "The bank wants you to sign in again. What was read stays here. Link the bank again to go on.", with...)
	case fault.ConsentDenied:
		return v.T("fault.consent-denied", "You said no at the bank. Nothing was linked and nothing was stored. You can start again at any time.", with...)
	case fault.LinkTimedOut:
		return v.T("fault.link-timed-out", "Nothing came back from the browser. Nothing was linked and nothing was stored. Start again when you are ready.", with...)
	case fault.BankDown:
		return v.T("fault.bank-down", "The bank is not answering as it should. What you see is what was read before. Try again later.", with...)
	case fault.BankPaused:
		return v.T("fault.bank-paused", "The bank asks Coffer to wait. What you see is what was read before. Try again{{if .until}} after {{.until}}{{else}} later{{end}}.", with...)
	case fault.QuotaSpent:
		return v.T("fault.quota-spent", "This bank lets Coffer ask only so often a day, and that is used up. Nothing was sent, and what you see is what was read before. Try again{{if .until}} after {{.until}}{{else}} later{{end}}.", with...)
	case fault.BankUnexpected:
		return v.T("fault.bank-unexpected", "The bank answered something that Coffer doesn't understand. Nothing was changed. Try again later; if it stays so, this bank needs an update of Coffer.", with...)
	case fault.HostRefused:
		return v.T("fault.host-refused", "{{if .who}}{{.who}} sent Coffer{{else}}Coffer was sent{{end}} to {{if .host}}{{.host}}{{else}}an address{{end}}, which you did not approve. Nothing was sent there.", with...)
	case fault.NoBrowser:
		return v.T("fault.no-browser", "No browser could be opened. Copy this address into one:{{if .address}} {{.address}}{{end}}", with...)
	case fault.PortTaken:
		return v.T("fault.port-taken", "{{if .port}}Port {{.port}}{{else}}A port{{end}} on this computer is in use, and this bank sends its answer only there. Nothing was linked. Close the program that uses it and try again.", with...)
	case fault.ApprovalNeeded:
		return v.T("fault.approval-needed", "The bank waits for you to approve in its app on your phone. Until then it shows Coffer nothing. Approve there, then check again.", with...)
	case fault.ProxyFailed:
		return v.T("fault.proxy-failed", "Nothing came through your proxy{{if .proxy}} at {{.proxy}}{{end}}, and nothing reached the bank. Look at the proxy, or change it in the settings.", with...)
	case fault.BadProxy:
		return v.T("fault.bad-proxy", "That is no address of a proxy. Nothing was changed. Write it as host:port, as 127.0.0.1:3128.", with...)
	case fault.BadWatch:
		return v.T("fault.bad-watch", "That can’t be put on the watchlist. Nothing was changed.", with...)
	case fault.BadDay:
		return v.T("fault.bad-day", "That day has passed, or is more than a year ahead. Nothing was changed. Choose another.", with...)
	case fault.SubscriptionLapsed:
		return v.T("fault.subscription-lapsed", "What you pay for this link has run out, so nothing new comes. What was read stays here, and the link and its key stay. Pay there, then refresh.", with...)
	case fault.RevokePending:
		return v.T("fault.revoke-pending", "Stopped here, not yet revoked at the bank. Coffer reads nothing through this link any more. Try again, or revoke it at the bank's own page.", with...)
	}
	return ""
}

func (v *Voice) vaultFault(k fault.Kind, with []any) string {
	switch k {
	case fault.WrongPassphrase:
		return v.T("fault.wrong-passphrase", "That doesn't open the vault. Nothing was changed. Try again, or use the recovery key.", with...)
	case fault.WeakPassphrase:
		return v.T("fault.weak-passphrase", "That passphrase is too easy to guess. Take at least 10 characters; four words or more are best.", with...)
	case fault.Locked:
		return v.T("fault.locked", "Coffer is locked. Unlock it and try again.", with...)
	case fault.VaultInUse:
		return v.T("fault.vault-in-use", "Coffer is already open with this vault. Use that window, or close it and try again.", with...)
	case fault.VaultDamaged:
		return v.T("fault.vault-damaged", "The vault was changed outside Coffer or is damaged. It was left as it is. Restore a backup, or keep this folder and ask for help.", with...)
	case fault.VaultNewer:
		return v.T("fault.vault-newer", "A newer Coffer wrote this vault. It was left as it is. Update Coffer to open it.", with...)
	case fault.VaultForeign:
		return v.T("fault.vault-foreign", "What lies in the vault's folder is not a Coffer vault. It was left as it is. Move it away, or choose another folder with --data.", with...)
	case fault.VaultMissing:
		return v.T("fault.vault-missing", "There is no vault here yet. Start the window, or run: coffer setup.", with...)
	case fault.VaultExists:
		return v.T("fault.vault-exists", "There is a vault here already. It was left as it is. Unlock it instead.", with...)
	case fault.KeyringLocked:
		return v.T("fault.keyring-locked", "This computer's keyring can't be used now. The vault is safe: the passphrase opens it, or the recovery key.", with...)
	case fault.BadName:
		return v.T("fault.bad-name", "A vault can't have that name. Nothing was made. Take up to 40 letters, digits and spaces, beginning with a letter.", with...)
	case fault.DiskFull:
		return v.T("fault.disk-full", "The disk is full. Nothing was half-written; what you had is there. Free some room and try again.", with...)
	case fault.DiskFailed:
		return v.T("fault.disk-failed", "The disk refused to read or write. Nothing was half-written. Check the disk, then try again.", with...)
	}
	return ""
}
