package plan

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/traffic"
)

// repliesTo returns the ports of replies to clients of a service: a network ACL keeps no state, so replies need entries of their
// own. Most messages of ICMP are not answered.
func repliesTo(p arch.Ports) []arch.Ports {
	switch {
	case p.IsICMP():
		return messagesAnswering(p)
	case p.IsAll(): // Protocols without ports answer in kind.
		return []arch.Ports{p}
	}
	return []arch.Ports{{Protocol: p.Protocol, From: traffic.FirstReplyPort, To: traffic.LastReplyPort}}
}

// answerTo returns what answers packets to ports: the same ports or, for ICMP, messages of another type. It reports false if
// nothing answers.
func answerTo(p arch.Ports) (arch.Ports, bool) {
	if !p.IsICMP() || p.From < 0 {
		return p, true
	}
	answer, answered := traffic.Answer(p.Protocol.Number(), p.From)
	return arch.Ports{Protocol: p.Protocol, From: answer, To: -1}, answered
}

// messagesAnswering returns the messages of ICMP that answer some of p.
func messagesAnswering(p arch.Ports) []arch.Ports {
	var out []arch.Ports
	for _, e := range traffic.Exchanges() {
		if e.Protocol == p.Protocol.Number() && p.Overlaps(arch.Ports{Protocol: p.Protocol, From: e.Request, To: -1}) {
			out = append(out, arch.Ports{Protocol: p.Protocol, From: e.Answer, To: 0})
		}
	}
	return out
}
