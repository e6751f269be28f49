module lines

go 1.19
