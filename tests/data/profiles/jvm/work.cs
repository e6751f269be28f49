using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

/// Several threads that compute, allocate, throw, wait for a lock and call themselves.
public static class Work
{
    static readonly object Monitor = new object();
    static volatile bool stop;
    public static long Sink;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Fibonacci(int n) { return n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2); }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static ulong Spin(int rounds)
    {
        ulong x = 88172645463325252;
        for (int i = 0; i < rounds; i++) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; }
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static ulong Even(int n) { return n == 0 ? Spin(200000) : Odd(n - 1) + 1; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static ulong Odd(int n) { return n == 0 ? Spin(100000) : Even(n - 1) + 1; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Allocate<T>(Func<int, T> make)
    {
        var held = new List<T>();
        for (int i = 0; i < 400; i++) { held.Add(make(i)); if (held.Count > 200) held.Clear(); }
        Sink += held.Count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Lock() { lock (Monitor) { Sink += (long)Spin(100000); Thread.Sleep(5); } }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Throw(int depth)
    {
        if (depth > 0) { Throw(depth - 1); return; }
        throw new InvalidOperationException("no order");
    }

    static void Wrong()
    {
        try { Throw(3); } catch (InvalidOperationException) { Sink++; }
        Thread.Sleep(20);
    }

    static Thread Start(string name, Action job)
    {
        var thread = new Thread(() => { while (!stop) { job(); Thread.Sleep(3); } }) { Name = name };
        thread.Start();
        return thread;
    }

    public static void Main(string[] args)
    {
        var threads = new List<Thread> {
            Start("recursion", () => Sink += Fibonacci(24)),
            Start("deep", () => Sink += (long)(Even(200) + Even(201))),
            Start("allocation", () => { Allocate(i => new byte[4096 + i]); Allocate(i => "order " + i); }),
            Start("lock 1", Lock), Start("lock 2", Lock), Start("wrong", Wrong),
        };
        Thread.Sleep(int.Parse(args[0]));
        stop = true;
        foreach (var thread in threads) thread.Join();
        GC.Collect();
    }
}
