package traffic

import "fmt"

// Service is one service, such as that of a single packet.
type Service struct {
	Protocol   int
	Port       int // destination port, for TCP and UDP
	Type, Code int // for ICMP
}

// serviceOf reads a number of a [Set].
func serviceOf(number uint32) Service {
	s := Service{Protocol: int(number >> 16)}
	switch detail := int(number & LastPort); {
	case HasPorts(s.Protocol):
		s.Port = detail
	case IsICMP(s.Protocol):
		s.Type, s.Code = detail>>8, detail&255
	}
	return s
}

// Traffic returns the set that holds s alone.
func (s Service) Traffic() Set {
	switch {
	case HasPorts(s.Protocol):
		return Ports(s.Protocol, s.Port, s.Port)
	case IsICMP(s.Protocol):
		return ICMPTypes(s.Protocol, s.Type, s.Code)
	}
	return Protocol(s.Protocol)
}

// Replies returns the traffic that must pass the other way for the service to work. It is empty if nothing answers the service.
func (s Service) Replies() Set { return s.Traffic().Replies() }

// String returns the service as in "tcp/443", "icmp/3/4", "protocol/47".
func (s Service) String() string {
	switch {
	case HasPorts(s.Protocol):
		return fmt.Sprintf("%s/%d", Name(s.Protocol), s.Port)
	case IsICMP(s.Protocol):
		return fmt.Sprintf("%s/%d/%d", Name(s.Protocol), s.Type, s.Code)
	}
	return Name(s.Protocol)
}
