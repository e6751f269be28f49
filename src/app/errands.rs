//! Work that ends in a command: saving a file ends in a message, a dialog in the opening of a file.

use crate::jobs::{JobError, Ticket};

use super::command::Command;
use super::notices::Notice;

/// The errands under way.
#[derive(Default)]
pub struct Errands(Vec<Ticket<Option<Command>>>);

impl Errands {
    /// Waits for one more.
    pub fn add(&mut self, ticket: Ticket<Option<Command>>) {
        self.0.push(ticket);
    }

    /// The commands that ended errands have brought back. A failure becomes a message; a cancelled one brings nothing.
    pub fn returned(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        self.0.retain(|ticket| match ticket.poll() {
            None => true,
            Some(outcome) => {
                commands.extend(command(outcome));
                false
            }
        });
        commands
    }
}

fn command(outcome: Result<Option<Command>, JobError>) -> Option<Command> {
    match outcome {
        Ok(command) => command,
        Err(JobError::Cancelled) => None,
        Err(JobError::Failed(failure)) => Some(Command::Tell(Notice::Failed(failure))),
    }
}
