# A program for stackprof: recursion, blocks, allocations and a method that is busy itself.
require "json"
require "stackprof"

def inner(n)
  sum = 0.0
  n.times { |i| sum += Math.sqrt(i) }
  sum
end

def middle(n) = inner(n) + inner(n / 2)

def factorial(n) = n <= 1 ? inner(3000) : n + factorial(n - 1)

def strings(n) = Array.new(n) { |i| "text #{i}" }.map(&:upcase)

def work(seconds)
  limit = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
  while Process.clock_gettime(Process::CLOCK_MONOTONIC) < limit
    middle(2000)
    factorial(6)
    strings(200)
  end
end

def save(name, **options)
  result = StackProf.run(**options) { options[:mode] == :object ? 50.times { strings(100) } : work(0.6) }
  result.delete(:metadata) if result[:metadata]&.empty?
  File.binwrite("#{name}.dump", Marshal.dump(result))
  File.write("#{name}.json", JSON.generate(result))
end

save "stackprof-raw", mode: :wall, interval: 1000, raw: true
save "stackprof-plain", mode: :cpu, interval: 1000
save "stackprof-object", mode: :object, interval: 5, raw: true
