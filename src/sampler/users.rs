//! Linux: names of users by their numbers.

use std::collections::HashMap;
use std::sync::Arc;

/// Names as `/etc/passwd` has them. Users of a directory service are not in it: they are shown by their number.
#[derive(Default)]
pub struct Users(HashMap<u64, Arc<str>>);

impl Users {
    /// The name of the user with this number, or the number. The file is read again for each number that is not known yet.
    pub fn name(&mut self, number: u64) -> Arc<str> {
        let name = self.0.entry(number).or_insert_with(|| {
            let file = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
            name_in(&file, number).map_or_else(|| Arc::from(number.to_string()), Arc::from)
        });
        Arc::clone(name)
    }
}

/// The first field of the line whose third is `number`; see `man 5 passwd`.
fn name_in(file: &str, number: u64) -> Option<&str> {
    file.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::name_in;

    #[test]
    fn names_are_found_by_the_third_field() {
        let file = "root:x:0:0:root:/root:/bin/sh\nbroken\nasha:x:1000:0:Asha:/home/asha:/bin/sh\n";
        assert_eq!(name_in(file, 0), Some("root"));
        assert_eq!(name_in(file, 1000), Some("asha"));
        assert_eq!(name_in(file, 1), None);
    }
}
