// A peer: the micro workloads, TCP echo and HTTP in Go. GOMAXPROCS is 1, as the others have one thread, but for x* and cpu*.
// peer WORKLOAD N, peer echo|hot|http PORT; hot is echo beside a goroutine that never waits
package main

import (
	"context"
	"fmt"
	"math/rand"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const batch = 1000

var sum int64
var residentAtHeight int64

func residentBytes() int64 {
	text, _ := os.ReadFile("/proc/self/statm")
	var whole, resident int64
	fmt.Sscan(string(text), &whole, &resident)
	return resident * int64(os.Getpagesize())
}

func cpuNanoseconds() int64 {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return used.Utime.Nano() + used.Stime.Nano()
}

//go:noinline
func leaf(i int64) int64 { return i }

//go:noinline
func work(i int64) int64 { return i * 2654435761 }

func spawn(n int64) {
	var all sync.WaitGroup
	for done := int64(0); done < n; done += batch {
		all.Add(batch)
		for i := 0; i < batch; i++ {
			go func() { all.Done() }()
		}
		all.Wait()
	}
}

// Results into a slice.
func gather(n int64) {
	var all sync.WaitGroup
	results := make([]int64, batch)
	for done := int64(0); done < n; done += batch {
		all.Add(batch)
		for i := int64(0); i < batch; i++ {
			go func(i int64) {
				results[i] = leaf(i)
				all.Done()
			}(i)
		}
		all.Wait()
		for _, value := range results {
			sum += value
		}
	}
}

func hop(n int64) {
	var all sync.WaitGroup
	all.Add(batch)
	for i := 0; i < batch; i++ {
		go func() {
			for hops := n / batch; hops > 0; hops-- {
				runtime.Gosched()
			}
			all.Done()
		}()
	}
	all.Wait()
}

// An ordinary call: Go has no awaiting.
func nested(n int64) {
	for i := int64(0); i < n; i++ {
		sum += leaf(i)
	}
}

func queue(n int64) {
	items := make(chan int64, 1)
	go func() {
		for i := int64(0); i < n; i++ {
			items <- i
		}
		close(items)
	}()
	for item := range items {
		sum += item
	}
}

func cancel(n int64) {
	var all sync.WaitGroup
	for done := int64(0); done < n; done += batch {
		scope, cancelScope := context.WithCancel(context.Background())
		all.Add(batch)
		for i := 0; i < batch; i++ {
			go func() {
				timer := time.NewTimer(time.Hour)
				select {
				case <-timer.C:
				case <-scope.Done():
					timer.Stop()
				}
				all.Done()
			}()
		}
		runtime.Gosched()
		cancelScope()
		all.Wait()
	}
}

func timeouts(n int64, inside func(int64)) {
	for i := int64(0); i < n; i++ {
		_, cancelScope := context.WithTimeout(context.Background(), time.Hour)
		inside(i)
		cancelScope()
	}
}
func timeoutReady(n int64) { timeouts(n, func(i int64) { sum += leaf(i) }) }
func timeoutTurn(n int64)  { timeouts(n, func(int64) { runtime.Gosched() }) }

func sleepMany(n int64) {
	var all sync.WaitGroup
	all.Add(int(n))
	for i := int64(0); i < n; i++ {
		go func(d time.Duration) {
			time.Sleep(d)
			all.Done()
		}(time.Duration(rand.Intn(1000000)) * time.Microsecond)
	}
	runtime.Gosched()
	residentAtHeight = residentBytes()
	all.Wait()
}

// This goroutine has a thread to itself from here on, and it stays on the core.
func pinToCore(core uint) {
	runtime.LockOSThread()
	cores := [16]uint64{1 << core}
	syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(cores), uintptr(unsafe.Pointer(&cores)))
}

// A thread of its own hands closures to this one, and waits for each.
func ping(n int64) {
	in, reply := make(chan func(), 1), make(chan bool, 1)
	go func() {
		pinToCore(1)
		for i := int64(0); i < n; i++ {
			in <- func() { reply <- true }
			<-reply
		}
		close(in)
	}()
	pinToCore(0)
	for callback := range in {
		callback()
	}
}

// It waits for none.
func flood(n int64) {
	in := make(chan func(), 1024)
	go func() {
		pinToCore(1)
		for i := int64(0); i < n; i++ {
			in <- func() { sum++ }
		}
		close(in)
	}()
	pinToCore(0)
	for callback := range in {
		callback()
	}
}

type job struct {
	in  int64
	out chan int64
}

func startWorkers() chan job {
	jobs := make(chan job, batch)
	for i := 0; i < 2; i++ {
		go func() {
			for one := range jobs {
				one.out <- work(one.in)
			}
		}()
	}
	return jobs
}

func jobsOneByOne(n int64) {
	jobs, out := startWorkers(), make(chan int64, 1)
	for i := int64(0); i < n; i++ {
		jobs <- job{i, out}
		sum += <-out
	}
}

func jobsInBatches(n int64) {
	var all sync.WaitGroup
	jobs := startWorkers()
	for done := int64(0); done < n; done += batch {
		all.Add(batch)
		for i := int64(0); i < batch; i++ {
			go func(i int64) {
				out := make(chan int64, 1)
				jobs <- job{i, out}
				<-out
				all.Done()
			}(i)
		}
		all.Wait()
	}
}

func echo(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go func() {
			defer connection.Close()
			buffer := make([]byte, 65536)
			for {
				size, err := connection.Read(buffer)
				if err != nil {
					return
				}
				if _, err := connection.Write(buffer[:size]); err != nil {
					return
				}
			}
		}()
	}
}

func spin() {
	for {
		runtime.Gosched()
	}
}

func hello(address string) {
	body := []byte("Hello, World!")
	answer := func(to http.ResponseWriter, _ *http.Request) { to.Write(body) }
	panic(http.ListenAndServe(address, http.HandlerFunc(answer)))
}

func main() {
	if len(os.Args) != 3 {
		os.Exit(2)
	}
	what := os.Args[1]
	n, _ := strconv.ParseInt(os.Args[2], 10, 64)
	switch what {
	case "echo":
		echo(fmt.Sprintf("127.0.0.1:%d", n))
	case "hot":
		go spin()
		echo(fmt.Sprintf("127.0.0.1:%d", n))
	case "http":
		hello(fmt.Sprintf("127.0.0.1:%d", n))
	}
	run := map[string]func(int64){
		"spawn": spawn, "gather": gather, "hop": hop, "nested": nested, "queue": queue,
		"cancel": cancel, "timeout0": timeoutReady, "timeout1": timeoutTurn, "sleep": sleepMany,
		"xping": ping, "xflood": flood, "cpu1": jobsOneByOne, "cpuN": jobsInBatches,
	}[what]
	if run == nil || n < 1 {
		os.Exit(2)
	}
	before, start := residentBytes(), time.Now()
	run(n)
	count := float64(n)
	taken, cpu := float64(time.Since(start).Nanoseconds()), float64(cpuNanoseconds())
	bytes := 0.0
	if residentAtHeight > 0 {
		bytes = float64(residentAtHeight-before) / count
	}
	fmt.Printf("go %s n=%d ns_per_op=%.2f cpu_ns_per_op=%.2f bytes_per_task=%.0f\n", what, n, taken/count, cpu/count, bytes)
}
