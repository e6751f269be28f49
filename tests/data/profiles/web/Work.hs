-- A program for GHC's profiler: recursion, cost centres of several modules, allocation and time.
module Main (main) where

import qualified Data.Map as Map

fib :: Int -> Integer
fib n = if n < 2 then toInteger n else fib (n - 1) + fib (n - 2)

isEven, isOdd :: Int -> Bool
isEven 0 = True
isEven n = isOdd (n - 1)
isOdd 0 = False
isOdd n = isEven (n - 1)

table :: Int -> Map.Map Int String
table n = Map.fromList [(i, show i) | i <- [1 .. n]]

squares :: Int -> Integer
squares n = {-# SCC "squares.total" #-} sum [fromIntegral i * fromIntegral i | i <- [1 .. n]]

main :: IO ()
main = do
  print (fib 28)
  print (length (filter isEven [1 .. 9000]))
  print (Map.size (table 200000))
  print (squares 2000000)
