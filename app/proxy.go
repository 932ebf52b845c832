package app

import (
	"context"

	"coffer/app/egress"
	"coffer/app/fault"
)

const settingProxy = "network.proxy" // as egress.ProxyAddress gives it; empty for none

// Proxy returns the host:port of the HTTP proxy that the person set for the open vault; empty for
// none. Requests to banks on this computer never go by it.
func (c *Coffer) Proxy(ctx context.Context) (string, error) {
	return read(ctx, c, "read a setting", func(ctx context.Context, o *opened) (string, error) { return o.store.Setting(ctx, settingProxy) })
}

// SetProxy makes address, host:port, the proxy of every request from now on; empty for none. It
// returns it as it is kept, and errs with BadProxy.
func (c *Coffer) SetProxy(ctx context.Context, address string) (string, error) {
	const op = "set the proxy"
	if address != "" {
		var err error
		if address, err = egress.ProxyAddress(address); err != nil {
			return "", fault.New(fault.BadProxy, op, err)
		}
	}
	return address, c.use(ctx, op, func(ctx context.Context, o *opened) error { return o.store.SetSetting(ctx, settingProxy, address) })
}

// ProxyOf is how the door to the network asks for the proxy: before each request.
func ProxyOf(s interface {
	Setting(ctx context.Context, key string) (string, error)
}) func(ctx context.Context) (string, error) {
	return func(ctx context.Context) (string, error) { return s.Setting(ctx, settingProxy) }
}
