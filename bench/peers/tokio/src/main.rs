// A peer: the micro workloads and TCP echo on Tokio's runtime of one thread. They run in a spawned task: block_on's own
// future polls the driver of I/O, which is a system call, each time that it is woken.
// tokio_peer WORKLOAD N, tokio_peer echo|hot PORT; hot is echo beside a task that never waits

use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::{spawn, spawn_blocking, yield_now, JoinSet};

const BATCH: u64 = 1000;
const HOUR: Duration = Duration::from_secs(3600);

// std::hint::black_box, which Debian 12's Rust does not have yet.
fn black_box<T>(value: T) -> T {
    let copy = unsafe { std::ptr::read_volatile(&value) };
    std::mem::forget(value);
    copy
}

fn resident_bytes() -> i64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: i64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

fn cpu_nanoseconds() -> f64 {
    let used = unsafe {
        let mut used: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut used);
        used
    };
    let of = |t: libc::timeval| t.tv_sec as f64 * 1e9 + t.tv_usec as f64 * 1e3;
    of(used.ru_utime) + of(used.ru_stime)
}

fn pin_to_core(core: usize) {
    unsafe {
        let mut cores: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(core, &mut cores);
        libc::sched_setaffinity(0, std::mem::size_of_val(&cores), &cores);
    }
}

async fn leaf(i: u64) -> u64 {
    black_box(i)
}

async fn spawn_and_join(n: u64) {
    let mut tasks = Vec::with_capacity(BATCH as usize);
    for _ in 0..n / BATCH {
        tasks.extend((0..BATCH).map(|i| spawn(leaf(i))));
        for one in tasks.drain(..) {
            black_box(one.await.unwrap());
        }
    }
}

async fn gather(n: u64) {
    for _ in 0..n / BATCH {
        let mut tasks = JoinSet::new();
        for i in 0..BATCH {
            tasks.spawn(leaf(i));
        }
        while let Some(result) = tasks.join_next().await {
            black_box(result.unwrap());
        }
    }
}

async fn hopper(hops: u64) {
    for _ in 0..hops {
        yield_now().await;
    }
}

async fn hop(n: u64) {
    let tasks: Vec<_> = (0..BATCH).map(|_| spawn(hopper(n / BATCH))).collect();
    for one in tasks {
        one.await.unwrap();
    }
}

// In a box, as every coroutine of C++ is on the heap; without it the compiler makes one state machine of both.
#[inline(never)]
fn boxed_leaf(i: u64) -> std::pin::Pin<Box<dyn std::future::Future<Output = u64> + Send>> {
    Box::pin(leaf(i))
}

async fn nested(n: u64) {
    let mut sum = 0u64;
    for i in 0..n {
        sum = sum.wrapping_add(boxed_leaf(i).await);
    }
    black_box(sum);
}

async fn queue(n: u64) {
    let (sender, mut receiver) = mpsc::channel::<u64>(1);
    spawn(async move {
        for i in 0..n {
            sender.send(i).await.unwrap();
        }
    });
    let mut sum = 0u64;
    while let Some(i) = receiver.recv().await {
        sum = sum.wrapping_add(i);
    }
    black_box(sum);
}

async fn cancel(n: u64) {
    let mut tasks = Vec::with_capacity(BATCH as usize);
    for _ in 0..n / BATCH {
        tasks.extend((0..BATCH).map(|_| spawn(tokio::time::sleep(HOUR))));
        yield_now().await;
        for one in &tasks {
            one.abort();
        }
        for one in tasks.drain(..) {
            let _ = black_box(one.await);
        }
    }
}

// Tokio arms no timer for what is ready.
async fn timeout_ready(n: u64) {
    for i in 0..n {
        black_box(tokio::time::timeout(HOUR, leaf(i)).await.unwrap());
    }
}

async fn timeout_turn(n: u64) {
    for _ in 0..n {
        tokio::time::timeout(HOUR, yield_now()).await.unwrap();
    }
}

// The resident set at its height.
async fn sleep_many(n: u64) -> i64 {
    let mut random = 88172645463325252u64;
    let tasks: Vec<_> = (0..n)
        .map(|_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            spawn(tokio::time::sleep(Duration::from_micros(
                random % 1_000_000,
            )))
        })
        .collect();
    yield_now().await;
    let height = resident_bytes();
    for one in tasks {
        one.await.unwrap();
    }
    height
}

// Another thread hands boxed closures through a channel without a bound, and waits for each or for none.
async fn from_thread(n: u64, waits: bool) {
    pin_to_core(0);
    let (sender, mut receiver) = mpsc::unbounded_channel::<Box<dyn FnOnce() + Send>>();
    let other = std::thread::spawn(move || {
        pin_to_core(1);
        let (reply, replied) = sync_channel::<()>(1);
        for _ in 0..n {
            if waits {
                let reply = reply.clone();
                let _ = sender.send(Box::new(move || reply.send(()).unwrap()));
                replied.recv().unwrap();
            } else {
                let _ = sender.send(Box::new(|| {}));
            }
        }
    });
    while let Some(callback) = receiver.recv().await {
        callback();
    }
    other.join().unwrap();
}

fn work(i: u64) -> u64 {
    i.wrapping_mul(2654435761)
}

async fn jobs_one_by_one(n: u64) {
    for i in 0..n {
        black_box(spawn_blocking(move || work(i)).await.unwrap());
    }
}

async fn jobs_in_batches(n: u64) {
    let mut jobs = Vec::with_capacity(BATCH as usize);
    for _ in 0..n / BATCH {
        jobs.extend((0..BATCH).map(|i| spawn_blocking(move || work(i))));
        for one in jobs.drain(..) {
            black_box(one.await.unwrap());
        }
    }
}

async fn serve(mut stream: tokio::net::TcpStream) {
    let mut buffer = vec![0u8; 65536];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(size) => {
                if stream.write_all(&buffer[..size]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn echo(port: u16) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        spawn(serve(stream));
    }
}

async fn spin() {
    loop {
        yield_now().await;
    }
}

// The resident set at its height, if the workload measures it.
async fn run(what: String, n: u64) -> i64 {
    match what.as_str() {
        "spawn" => spawn_and_join(n).await,
        "gather" => gather(n).await,
        "hop" => hop(n).await,
        "nested" => nested(n).await,
        "queue" => queue(n).await,
        "cancel" => cancel(n).await,
        "timeout0" => timeout_ready(n).await,
        "timeout1" => timeout_turn(n).await,
        "sleep" => return sleep_many(n).await,
        "xping" => from_thread(n, true).await,
        "xflood" => from_thread(n, false).await,
        "cpu1" => jobs_one_by_one(n).await,
        "cpuN" => jobs_in_batches(n).await,
        "echo" => echo(n as u16).await,
        "hot" => {
            spawn(spin());
            echo(n as u16).await
        }
        _ => std::process::exit(2),
    }
    0
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let what = arguments[1].clone();
    let n: u64 = arguments[2].parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .build()
        .unwrap();
    let before = resident_bytes();
    let start = Instant::now();
    let height = runtime.block_on(async { spawn(run(what.clone(), n)).await.unwrap() });
    let count = n as f64;
    let taken = start.elapsed().as_nanos() as f64;
    let bytes = if height > 0 {
        (height - before) as f64 / count
    } else {
        0.0
    };
    println!(
        "tokio {} n={} ns_per_op={:.2} cpu_ns_per_op={:.2} bytes_per_task={:.0}",
        what,
        n,
        taken / count,
        cpu_nanoseconds() / count,
        bytes
    );
}
