//! The values of a snapshot, one by one, as they are kept over time.

use std::sync::Arc;

use super::metric::Metric;
use super::snapshot::{Activity, Pressure, Snapshot, Stall};

impl Snapshot {
    /// Hands over each thing that is measured over time, save for single processes; `None` where the system does not tell it now.
    pub fn each_value(&self, mut each: impl FnMut(Metric, Option<f32>)) {
        each(Metric::CpuTotal, Some(self.cpu_percent));
        each(Metric::CpuBusiest, self.cpu_per_core.iter().copied().reduce(f32::max));
        for (core, percent) in (0..).zip(&self.cpu_per_core) {
            each(Metric::CpuCore(core), Some(*percent));
        }
        each(Metric::CpuFrequency, self.cpu_frequency_mhz.map(|mhz| mhz as f32));
        each(Metric::Load, self.load.map(|[minute, ..]| minute as f32));
        self.each_of_the_kernel(&mut each);
        each(Metric::MemoryUsed, Some(self.memory.used as f32));
        each(Metric::SwapUsed, Some(self.swap.used as f32));
        each(Metric::Processes, self.process_count.map(|count| count as f32));
        self.each_device(&mut each);
        let own = &self.this_program;
        each(Metric::OwnCpu, Some(own.cpu_percent));
        each(Metric::OwnMemory, Some(own.memory as f32));
        each(Metric::OwnThreads, own.threads.map(|threads| threads as f32));
        each(Metric::SampleCost, Some(own.sample_cost_ms as f32));
        each(Metric::FrameTime, own.frame_ms);
    }

    fn each_of_the_kernel(&self, each: &mut impl FnMut(Metric, Option<f32>)) {
        let Activity { context_switches_per_s, page_faults_per_s, major_faults_per_s, swap_in_per_s, swap_out_per_s } =
            self.activity;
        each(Metric::ContextSwitches, rate(context_switches_per_s));
        each(Metric::PageFaults, rate(page_faults_per_s));
        each(Metric::MajorFaults, rate(major_faults_per_s));
        each(Metric::SwapIn, rate(swap_in_per_s));
        each(Metric::SwapOut, rate(swap_out_per_s));
        let Pressure { cpu, memory, io } = self.pressure;
        let some = |stall: Option<Stall>| stall.and_then(|stall| stall.some_percent);
        let all = |stall: Option<Stall>| stall.and_then(|stall| stall.full_percent);
        each(Metric::CpuStall, some(cpu));
        each(Metric::MemoryStall, some(memory));
        each(Metric::MemoryStallAll, all(memory));
        each(Metric::IoStall, some(io));
        each(Metric::IoStallAll, all(io));
    }

    fn each_device(&self, each: &mut impl FnMut(Metric, Option<f32>)) {
        each(Metric::DiskRead, rate(self.disk_total.read_per_s));
        each(Metric::DiskWritten, rate(self.disk_total.written_per_s));
        each(Metric::DiskBusy, self.disk_total.busy_percent);
        each(Metric::DiskQueue, self.disk_total.queue_length);
        // The only one is all of them.
        for device in self.devices.iter().filter(|_| self.devices.len() > 1) {
            let name: Arc<str> = Arc::from(device.name.as_str());
            each(Metric::DeviceBusy(Arc::clone(&name)), device.busy_percent);
            each(Metric::DeviceQueue(name), device.queue_length);
        }
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
        for gpu in &self.gpus {
            let name: Arc<str> = Arc::from(gpu.name.as_str());
            each(Metric::GpuBusy(Arc::clone(&name)), gpu.busy_percent);
            each(Metric::GpuMemory(Arc::clone(&name)), gpu.memory_used.map(|bytes| bytes as f32));
            each(Metric::GpuTemperature(name), gpu.celsius);
        }
    }
}

fn rate(rate: Option<f64>) -> Option<f32> {
    rate.map(|rate| rate as f32)
}
