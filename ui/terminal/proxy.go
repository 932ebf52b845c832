package terminal

import (
	"context"
	"errors"
	"fmt"

	"coffer/app"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

const longProxy = `Without a proxy Coffer goes to each bank directly. With one, its host:port is all that Coffer
connects to: it sees the host name of each bank that is asked, when, and how many bytes, and can't
read what is said. It looks up where a bank is in place of this computer, so Coffer can't check where
the name leads; the bank still proves itself by its certificate. HTTP proxies that know CONNECT are
meant, without a name and password. Banks on this computer, as the demo's, are never asked by it, and
variables such as HTTPS_PROXY count for nothing.`

func (t *terminal) proxy() *cobra.Command {
	return &cobra.Command{
		Use: "proxy [show|set HOST:PORT|off]", GroupID: groupBank, Short: "go to the banks by an HTTP proxy of yours, or directly", Long: longProxy,
		Args: cobra.MaximumNArgs(2), ValidArgs: []string{"show", "set", "off"},
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			switch {
			case len(args) == 0, len(args) == 1 && args[0] == "show":
			case len(args) == 1 && args[0] == "off":
				if err := t.changeProxy(ctx, c, ""); err != nil {
					return err
				}
			case len(args) == 2 && args[0] == "set":
				address, err := egress.ProxyAddress(args[1])
				if err != nil {
					return fault.New(fault.BadProxy, "read the proxy's address", err)
				}
				if err := t.changeProxy(ctx, c, address); err != nil {
					return err
				}
			default:
				return usageError{errors.New("show, set HOST:PORT or off")}
			}
			return t.printProxy(ctx, c)
		}),
	}
}

// changeProxy sets the proxy; "" is none. Through a window the person there is asked.
func (t *terminal) changeProxy(ctx context.Context, c *app.Coffer, address string) error {
	err := t.allow(ctx, func(v *say.Voice) string {
		if address == "" {
			return v.T("asked.proxy-off", "A terminal of yours asks to go to the banks directly, without your proxy")
		}
		return v.T("asked.proxy", "A terminal of yours asks to send all that goes to your banks by the proxy at {{.Proxy}}", "Proxy", address)
	})
	if err != nil {
		return err
	}
	if _, err := c.SetProxy(ctx, address); err != nil {
		return err
	}
	v := t.Voice
	if address == "" {
		t.tell(v.T("proxy.is-off", "From now on Coffer goes to each bank directly."))
		return nil
	}
	t.tell(v.T("proxy.is-on", "From now on every request goes by this proxy, and its row in the ledger says so."))
	t.tell(v.T("proxy.sees", "The proxy sees the host name of each bank that is asked, when, and how many bytes. It can’t read what is said: the bank’s encryption goes through it."))
	return nil
}

func (t *terminal) printProxy(ctx context.Context, c *app.Coffer) error {
	address, err := c.Proxy(ctx)
	if err != nil {
		return err
	}
	if t.json {
		return t.printJSON(struct {
			Proxy string `json:"proxy"`
		}{address})
	}
	if address == "" {
		address = "off"
	}
	fmt.Fprintln(t.Out, address)
	return nil
}
