package cli

import (
	"errors"
	"time"

	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/firewalllog"
	"github.com/tierwall/tierwall/internal/usage/firewalluse"
	"github.com/tierwall/tierwall/internal/usage/webacllog"
	"github.com/tierwall/tierwall/internal/usage/webacluse"
)

// usageLogs reads logs of all kinds, which are told apart by their content.
type usageLogs struct {
	accounting *usage.Accounting
	firewalls  []*firewalllog.Log
	webACLs    []*webacllog.Log
}

// logWorker takes the records of one worker.
type logWorker struct {
	*usage.Accounts
	firewall *firewalllog.Log
	webACL   *webacllog.Log
}

// worker returns the sink of one more worker.
func (u *usageLogs) worker(symbols *flowlog.Symbols) logWorker {
	accounts := u.accounting.Worker(symbols)
	w := logWorker{accounts, &firewalllog.Log{}, &webacllog.Log{}}
	w.firewall.Sessions = func(s firewalllog.Session) { accounts.AddSession(usage.Session(s)) }
	w.firewall.Stopped = func(s firewalllog.Session) { accounts.AddStopped(usage.Session(s)) }
	u.firewalls, u.webACLs = append(u.firewalls, w.firewall), append(u.webACLs, w.webACL)
	return w
}

var errUnknownObject = errors.New("the line is JSON, but no record of a network firewall or of AWS WAF")

// AddObject takes a record of a firewall or of a web ACL.
func (w logWorker) AddObject(object []byte) error {
	switch {
	case firewalllog.Is(object):
		return w.firewall.Add(object)
	case webacllog.Is(object):
		return w.webACL.Add(object)
	}
	return errUnknownObject
}

// otherLogs is what the logs of firewalls and web ACLs show.
type otherLogs struct {
	firewall firewalllog.Summary
	rules    []firewalluse.Rule
	webACLs  []webacluse.ACL
	problem  string // why the templates cannot be used
}

// other compares the logs of firewalls and web ACLs with the templates. Without such logs it reads nothing.
func (u *usageLogs) other(c console, s usageSource, r *usage.Result) otherLogs {
	out := otherLogs{firewall: firewalllog.Join(u.firewalls)}
	acls := webacllog.Join(u.webACLs)
	if len(out.firewall.Alerts) == 0 && out.firewall.Sessions == 0 && len(acls) == 0 {
		return out
	}
	day := time.Now()
	if r.To > 0 {
		day = time.Unix(r.To, 0)
	}
	a, d, err := s.templates(c, day.UTC())
	if err != nil {
		out.problem = err.Error()
		return out
	}
	lost := r.Logs.Lost()
	if len(out.firewall.Alerts) > 0 || out.firewall.Sessions > 0 {
		out.rules = firewalluse.Join(a, d, out.firewall, lost)
	}
	out.webACLs = webacluse.Join(a, acls, lost)
	return out
}
