package owned

// File is a file that a generator writes.
type File struct {
	Path string // with slashes, relative to the folder that is written
	Data []byte
	// Owned says that the file belongs to the generator. Other files are written once and belong to the user.
	Owned bool
}
