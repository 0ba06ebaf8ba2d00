// Reads a log from a folder with golang.org/x/mod/sumdb alone: verifies the checkpoint, recomputes the root from the entries,
// checks every tile and the proofs of entries, and proves the earlier size to be the beginning. Prints the size.
//
//	go run . FOLDER VKEY EARLIER-SIZE
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func demand(ok bool, what string) {
	if !ok {
		must(0, fmt.Errorf("differs: %s", what))
	}
}

// The hashes of a tree by tlog.StoredHashIndex.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}

// The path of a tile of height 8 in tlog-tiles, from the path that sumdb gives it (tile/8/...).
func pathOf(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
}

func readEntries(folder string, size int64) [][]byte {
	var entries [][]byte
	for n := int64(0); n*256 < size; n++ {
		path := strings.Replace(pathOf(tlog.Tile{H: 8, L: 0, N: n, W: int(min(256, size-n*256))}), "tile/0/", "tile/entries/", 1)
		bundle := must(os.ReadFile(filepath.Join(folder, path)))
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return entries
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	earlier := must(strconv.ParseInt(os.Args[3], 10, 64))
	verifier := must(note.NewVerifier(vkey))
	opened := must(note.Open(must(os.ReadFile(filepath.Join(folder, "checkpoint"))), note.VerifierList(verifier)))
	lines := strings.Split(opened.Text, "\n")
	demand(lines[0] == verifier.Name(), "origin")
	size := must(strconv.ParseInt(lines[1], 10, 64))
	var root tlog.Hash
	copy(root[:], must(base64.StdEncoding.DecodeString(lines[2])))

	var hashes stored
	entries := readEntries(folder, size)
	demand(int64(len(entries)) == size, "number of entries")
	for i, entry := range entries {
		hashes = append(hashes, must(tlog.StoredHashes(int64(i), entry, hashes))...)
	}
	demand(must(tlog.TreeHash(size, hashes)) == root, "root")
	for _, tile := range tlog.NewTiles(8, 0, size) {
		want := must(tlog.ReadTileData(tile, hashes))
		demand(bytes.Equal(must(os.ReadFile(filepath.Join(folder, pathOf(tile)))), want), tile.Path())
	}

	// Proofs that the engine made: <folder>/proofs/<index> and <folder>/consistency hold base64 hashes, one a line.
	for _, file := range must(os.ReadDir(filepath.Join(folder, "proofs"))) {
		index := must(strconv.ParseInt(file.Name(), 10, 64))
		path := readProof(filepath.Join(folder, "proofs", file.Name()))
		must(0, tlog.CheckRecord(path, size, root, index, tlog.RecordHash(entries[index])))
	}
	before := must(tlog.TreeHash(earlier, hashes))
	must(0, tlog.CheckTree(readProof(filepath.Join(folder, "consistency")), size, root, earlier, before))
	fmt.Println(size)
}

func readProof(path string) []tlog.Hash {
	var hashes []tlog.Hash
	for _, line := range strings.Fields(string(must(os.ReadFile(path)))) {
		hashes = append(hashes, must(tlog.ParseHash(line)))
	}
	return hashes
}
