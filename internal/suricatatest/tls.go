package suricatatest

import "encoding/binary"

// clientHello returns the first message of TLS. A large one has a post-quantum key share, and does not fit into one segment.
func clientHello(name string, large bool) []byte {
	var extensions []byte
	extension := func(kind uint16, data []byte) {
		extensions = binary.BigEndian.AppendUint16(extensions, kind)
		extensions = binary.BigEndian.AppendUint16(extensions, uint16(len(data)))
		extensions = append(extensions, data...)
	}
	if large {
		share := make([]byte, 1216) // X25519MLKEM768
		for i := range share {
			share[i] = byte(i)
		}
		extension(51, prefixed(append(append([]byte{0x11, 0xec}, 0x04, 0xc0), share...)))
	}
	if name != "" {
		host := append([]byte{0}, prefixed([]byte(name))...)
		extension(0, prefixed(host))
	}
	extension(43, []byte{2, 3, 4}) // TLS 1.3
	body := []byte{3, 3}
	body = append(body, make([]byte, 32)...)       // random
	body = append(body, 0)                         // no session
	body = append(body, 0, 4, 0x13, 1, 0xc0, 0x2f) // ciphers
	body = append(body, 1, 0)                      // no compression
	body = append(body, prefixed(extensions)...)
	handshake := append([]byte{1, 0}, prefixed(body)...)
	return append([]byte{22, 3, 1}, prefixed(handshake)...)
}

// prefixed returns the length of data in two bytes, followed by the data.
func prefixed(data []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(data))), data...)
}

// serverHello is the shortest possible answer.
var serverHello = func() []byte {
	body := append([]byte{3, 3}, make([]byte, 32)...)
	body = append(body, 0, 0xc0, 0x2f, 0)
	handshake := append([]byte{2, 0}, prefixed(body)...)
	return append([]byte{22, 3, 3}, prefixed(handshake)...)
}()

// applicationData is a record of encrypted data.
var applicationData = append([]byte{23, 3, 3}, prefixed([]byte("encrypted, as it were"))...)
