//! The values of a snapshot, one by one, as they are kept over time.

use std::sync::Arc;

use super::history::Metric;
use super::snapshot::Snapshot;

impl Snapshot {
    /// Hands over each thing that is measured over time, save for single processes; `None` where the system does not tell it now.
    pub fn each_value(&self, mut each: impl FnMut(Metric, Option<f32>)) {
        each(Metric::CpuTotal, Some(self.cpu_percent));
        each(Metric::CpuBusiest, self.cpu_per_core.iter().copied().reduce(f32::max));
        for (core, percent) in (0..).zip(&self.cpu_per_core) {
            each(Metric::CpuCore(core), Some(*percent));
        }
        each(Metric::Load, self.load.map(|[minute, ..]| minute as f32));
        each(Metric::MemoryUsed, Some(self.memory.used as f32));
        each(Metric::SwapUsed, Some(self.swap.used as f32));
        each(Metric::Processes, self.process_count.map(|count| count as f32));
        self.each_device(&mut each);
        let own = &self.this_program;
        each(Metric::OwnCpu, Some(own.cpu_percent));
        each(Metric::OwnMemory, Some(own.memory as f32));
        each(Metric::OwnThreads, own.threads.map(|threads| threads as f32));
        each(Metric::SampleCost, Some(own.sample_cost_ms as f32));
    }

    fn each_device(&self, each: &mut impl FnMut(Metric, Option<f32>)) {
        let rate = |rate: Option<f64>| rate.map(|rate| rate as f32);
        each(Metric::DiskRead, rate(self.disk_total.read_per_s));
        each(Metric::DiskWritten, rate(self.disk_total.written_per_s));
        for disk in &self.disks {
            each(Metric::DiskFree(Arc::from(disk.mount.as_str())), Some(disk.available as f32));
        }
        each(Metric::NetReceived, rate(self.network_total.received_per_s));
        each(Metric::NetSent, rate(self.network_total.sent_per_s));
        for network in &self.networks {
            let name: Arc<str> = Arc::from(network.name.as_str());
            each(Metric::InterfaceReceived(Arc::clone(&name)), rate(network.received_per_s));
            each(Metric::InterfaceSent(name), rate(network.sent_per_s));
        }
        for sensor in &self.temperatures {
            each(Metric::Temperature(Arc::from(sensor.name.as_str())), Some(sensor.celsius));
        }
    }
}
