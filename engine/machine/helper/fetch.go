package helper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"escale/engine/machine"
)

// fetcher downloads what a guest travels in. The package that names the address
// names its SHA-256, too: whoever serves it is not trusted.
type fetcher struct {
	client *http.Client
	quiet  time.Duration   // without a byte, then it is tried again
	pauses []time.Duration // before each further try
}

func newFetcher() *fetcher {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // the standard library's
	transport.DisableCompression = true                          // sizes and ranges are the file's own
	return &fetcher{
		client: &http.Client{Transport: transport, CheckRedirect: onlySecure},
		quiet:  time.Minute, pauses: []time.Duration{time.Second, 5 * time.Second, 20 * time.Second},
	}
}

// onlySecure follows few redirects, and none away from https.
func onlySecure(next *http.Request, before []*http.Request) error {
	const most = 5
	if len(before) > most {
		return fmt.Errorf("more than %d redirects", most)
	}
	return secure(next.URL)
}

func secure(address *url.URL) error {
	if address.Scheme != "https" || address.Host == "" {
		return fmt.Errorf("%w: an address of %q, where https is asked for", errFinal, address.Scheme)
	}
	return nil
}

// errFinal is a failure that a further try does not mend.
var errFinal = errors.New("trying again is of no use")

// get downloads to a file, which goes on where an earlier download ended. It is
// whole and the right one when get returns nil. Otherwise the error is
// errNotFetched, or the end of ctx, or what this computer's disk says; what has
// arrived is kept unless it is wrong.
func (f *fetcher) get(ctx context.Context, source machine.GuestSource, file string, m *meter) error {
	address, err := url.Parse(source.URL)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotFetched, err)
	}
	if err := secure(address); err != nil {
		return fmt.Errorf("%w: %w", errNotFetched, err)
	}
	defer f.client.CloseIdleConnections()
	m.total.Store(source.Bytes)
	begun := len(image{dir: filepath.Dir(file)}.lacks([]string{filepath.Base(file)})) == 0
	for try := 0; ; try++ {
		err := f.once(ctx, source, file, m)
		if err == nil {
			err = check(source, file)
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case causeOf(err) == machine.CauseNotEnoughDisk:
			return err
		case begun && errors.Is(err, errFinal): // what had arrived before may be of something else
			begun, err = false, removeFile(file)
			if err == nil {
				continue
			}
		}
		if errors.Is(err, errFinal) || try >= len(f.pauses) {
			return fmt.Errorf("%w: %w", errNotFetched, err)
		}
		pause := time.NewTimer(f.pauses[try])
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return context.Cause(ctx)
		}
	}
}

// once asks for what is missing of the file and appends it.
func (f *fetcher) once(ctx context.Context, source machine.GuestSource, file string, m *meter) (err error) {
	out, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600) //nolint:gosec // in the home
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	have, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have > source.Bytes {
		if have, err = 0, out.Truncate(0); err != nil {
			return err
		}
	}
	m.done.Store(have)
	if have == source.Bytes {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(f.quiet, cancel)
	defer silence.Stop()
	body, from, err := f.ask(ctx, source.URL, have)
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // only read
	if from != have {
		if err := out.Truncate(0); err != nil {
			return err
		}
		m.done.Store(0)
	}
	return save(out, io.LimitReader(body, source.Bytes-from+1), m, func() { silence.Reset(f.quiet) }, source.Bytes)
}

// ask requests the file from an offset on. from is where the answer begins: the
// offset, or 0 where the server knows no ranges.
func (f *fetcher) ask(ctx context.Context, address string, offset int64) (body io.ReadCloser, from int64, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("User-Agent", "Escale")
	if offset > 0 {
		request.Header.Set("Range", "bytes="+strconv.FormatInt(offset, 10)+"-")
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return nil, 0, err
	}
	begins := "bytes " + strconv.FormatInt(offset, 10) + "-"
	switch {
	case answer.StatusCode == http.StatusOK:
		return answer.Body, 0, nil
	case answer.StatusCode == http.StatusPartialContent && strings.HasPrefix(answer.Header.Get("Content-Range"), begins):
		return answer.Body, offset, nil
	}
	err = fmt.Errorf("the server answers %s", answer.Status)
	if answer.StatusCode < http.StatusInternalServerError && answer.StatusCode != http.StatusTooManyRequests {
		err = fmt.Errorf("%w: %w", errFinal, err)
	}
	return nil, 0, errors.Join(err, answer.Body.Close())
}

// save appends what arrives, and fails when that is not the whole file.
func save(out io.Writer, from io.Reader, m *meter, alive func(), all int64) error {
	buffer := make([]byte, 256<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			alive()
			if _, failed := out.Write(buffer[:n]); failed != nil {
				return failed
			}
			m.done.Add(int64(n))
		}
		switch done := m.done.Load(); {
		case done > all:
			return fmt.Errorf("%w: more than %d bytes come", errFinal, all)
		case errors.Is(err, io.EOF) && done < all:
			return fmt.Errorf("it ends after %d of %d bytes", done, all)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// check compares a download with its SHA-256. A wrong one is removed.
func check(source machine.GuestSource, file string) error {
	in, err := os.Open(file) //nolint:gosec // in the home
	if err != nil {
		return err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, in)
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != source.SHA256 {
		return errors.Join(fmt.Errorf("%w: its SHA-256 is %s, not %s", errFinal, got, source.SHA256), removeFile(file))
	}
	return nil
}
