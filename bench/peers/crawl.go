// A peer: a link checker in Go. From a start page it follows the <a href> of every HTML page of that host, asks for each URL once
// with 64 requests at a time, and counts what is broken. net/http, and the tokenizer of golang.org/x/net/html.
// crawl URL
package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"golang.org/x/net/html"
)

const concurrency = 64

type crawler struct {
	client http.Client
	host   string
	mutex  sync.Mutex
	known  map[string]bool // without fragments
	queue  []string
	open   int // of the known, those that are not done with
	news   *sync.Cond
	pages  int
	links  int
	broken map[string]int // URL -> status, 0 where there was no answer
}

func (c *crawler) add(address string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.known[address] {
		return
	}
	c.known[address] = true
	c.queue = append(c.queue, address)
	c.open++
	c.news.Signal()
}

// The next URL; false when there will be none.
func (c *crawler) next() (string, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for len(c.queue) == 0 && c.open > 0 {
		c.news.Wait()
	}
	if c.open == 0 {
		return "", false
	}
	address := c.queue[0]
	c.queue = c.queue[1:]
	return address, true
}

func (c *crawler) done() {
	c.mutex.Lock()
	c.open--
	if c.open == 0 {
		c.news.Broadcast()
	}
	c.mutex.Unlock()
}

func (c *crawler) work() {
	for {
		address, more := c.next()
		if !more {
			return
		}
		c.visit(address)
		c.done()
	}
}

func (c *crawler) failed(address string, status int) {
	c.mutex.Lock()
	c.broken[address] = status
	c.mutex.Unlock()
}

func (c *crawler) visit(address string) {
	answer, err := c.client.Get(address)
	if err != nil {
		c.failed(address, 0)
		return
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		c.failed(address, answer.StatusCode)
	}
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		io.Copy(io.Discard, answer.Body)
		return
	}
	links := c.read(answer.Request.URL, bufio.NewReaderSize(answer.Body, 32768))
	c.mutex.Lock()
	c.pages++
	c.links += links
	c.mutex.Unlock()
}

func (c *crawler) read(base *url.URL, body io.Reader) int {
	links := 0
	tokens := html.NewTokenizer(body)
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return links
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := tokens.TagName()
			if len(name) != 1 || name[0] != 'a' {
				continue
			}
			for more {
				var key, value []byte
				key, value, more = tokens.TagAttr()
				if string(key) == "href" {
					links++
					c.follow(base, string(value))
				}
			}
		}
	}
}

func (c *crawler) follow(base *url.URL, link string) {
	if at := strings.IndexByte(link, '#'); at >= 0 {
		link = link[:at]
	}
	if link == "" {
		return
	}
	target, err := base.Parse(strings.TrimSpace(link))
	if err != nil || target.Host != c.host || target.Scheme != "http" {
		return
	}
	c.add(target.String())
}

func main() {
	if len(os.Args) != 2 {
		os.Exit(2)
	}
	start, err := url.Parse(os.Args[1])
	if err != nil {
		os.Exit(2)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: concurrency, MaxConnsPerHost: concurrency, DisableCompression: true}
	c := crawler{client: http.Client{Transport: transport}, host: start.Host, known: map[string]bool{},
		broken: map[string]int{}}
	c.news = sync.NewCond(&c.mutex)
	c.add(start.String())
	var workers sync.WaitGroup
	workers.Add(concurrency)
	for i := 0; i < concurrency; i++ {
		go func() {
			c.work()
			workers.Done()
		}()
	}
	workers.Wait()
	fmt.Printf("%d pages, %d links, %d URLs, %d broken\n", c.pages, c.links, len(c.known), len(c.broken))
	for address, status := range c.broken {
		fmt.Println(status, address)
	}
}
