import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Several threads that compute, allocate, wait for locks and call themselves, for about two seconds. */
public final class Work {
    static final Object MONITOR = new Object();
    static final ReentrantLock LOCK = new ReentrantLock();
    static volatile boolean stop;
    static volatile long sink;

    static int fibonacci(int n) {
        return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    }

    static long spin(int rounds) {
        long x = 88172645463325252L;
        for (int i = 0; i < rounds; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }

    /** Even and odd call each other, deeper than the recorder's default of 64 frames. */
    static long even(int n) {
        return n == 0 ? spin(200_000) : odd(n - 1);
    }

    static long odd(int n) {
        return n == 0 ? spin(100_000) : even(n - 1);
    }

    static void allocate() {
        List<byte[]> held = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            held.add(new byte[1024 + i]);
            if (held.size() > 200) {
                held.clear();
            }
            sink += String.join("-", "a" + i, "b" + i).length();
        }
    }

    static void monitor() throws InterruptedException {
        synchronized (MONITOR) {
            sink += spin(1_000_000);
            Thread.sleep(15);
        }
    }

    static void lock() throws InterruptedException {
        LOCK.lock();
        try {
            sink += spin(500_000);
            Thread.sleep(15);
        } finally {
            LOCK.unlock();
        }
    }

    static void waiting() throws InterruptedException {
        synchronized (MONITOR) {
            MONITOR.wait(30);
        }
        LockSupport.parkNanos(25_000_000);
        Thread.sleep(25);
    }

    /** Waits inside a native method, for nobody. */
    static void accept() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(50);
            socket.accept();
        } catch (SocketTimeoutException e) {
            sink++;
        }
    }

    /** An event of the program's own. */
    @Name("example.Order")
    @Label("Order")
    static final class Order extends Event {
        @Label("Article")
        String article;
        @Label("Size")
        @DataAmount
        long size;
        float price;
        char letter;
        boolean paid;
        Class<?> kind;
        Thread buyer;
    }

    static void order(int number) throws InterruptedException {
        Order order = new Order();
        order.begin();
        order.article = number % 3 == 0 ? null : number % 3 == 1 ? "" : "Käse " + number;
        order.size = 1L << number;
        order.price = number / 4f;
        order.letter = 'ß';
        order.paid = number % 2 == 0;
        order.kind = List.class;
        order.buyer = Thread.currentThread();
        Thread.sleep(2);
        order.commit();
    }

    interface Job {
        void run() throws Exception;
    }

    static Thread start(String name, Job job) {
        Thread thread = new Thread(() -> {
            try {
                while (!stop) {
                    job.run();
                    Thread.sleep(4);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, name);
        thread.start();
        return thread;
    }

    public static void main(String[] args) throws Exception {
        List<Thread> threads = List.of(
            start("recursion", () -> sink += fibonacci(25)),
            start("deep", () -> sink += even(100) + even(101)),
            start("allocation", Work::allocate),
            start("monitor 1", Work::monitor), start("monitor 2", Work::monitor),
            start("lock 1", Work::lock), start("lock 2", Work::lock), start("native", Work::accept),
            start("wärter ☕", Work::waiting));
        int half = Integer.parseInt(args[0]) / 2;
        boolean twoChunks = args.length > 1;
        Thread.sleep(half);
        if (twoChunks) {
            FlightRecorder.getFlightRecorder().takeSnapshot().close();
        }
        for (int i = 0; i < 8; i++) {
            order(i);
        }
        Thread.sleep(half);
        stop = true;
        for (Thread thread : threads) {
            thread.join();
        }
        System.gc();
    }
}
